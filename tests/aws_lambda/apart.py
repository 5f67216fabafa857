"""A program in a process that has imported nothing, given an event; what it tells comes by a pipe of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.architecture.source import ROOT
from tests.aws_lambda.events import Event


def run_apart(
    program: str,
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    event: Event,
    options: Sequence[str] = (),
) -> tuple[Any, str]:
    """The JSON that the program wrote to the descriptor in `sys.argv[2]`, and what was said on stderr.

    `sys.argv[1]` is the module, the further arguments come behind, and the event is on stdin. `options` are Python's.
    Raises: AssertionError for any other end than a good one.
    """
    reading, writing = os.pipe()
    done = subprocess.run(
        [sys.executable, *options, "-c", program, module, str(writing), *arguments],
        cwd=ROOT,
        env=dict(environment),
        input=json.dumps(event),
        pass_fds=(writing,),
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(writing)
    with os.fdopen(reading) as answers:
        text = answers.read()
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(text), done.stderr
