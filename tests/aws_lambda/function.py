"""A function's process with its real handler, to be told what to do: a line of Python in, a line of JSON out."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adapters.bootstrap.keys import new_signing_keys, public_signing_keys
from tests.architecture.source import ROOT

_LOOP = """
import json, sys
from importlib import import_module
from tests.aws_lambda.events import Context, Sent, WAYS, got
answers = open(int(sys.argv[2]), "w", buffering=1)
function = import_module(sys.argv[1])
process = function.process
def ask(target, way="http_api", **more):
    return got(function.handler(WAYS[way](Sent(target=target, **more)), Context()))
answers.write("null\\n")
for line in sys.stdin:
    answers.write(json.dumps(eval(line)) + "\\n")
"""


@functools.cache
def bundle() -> str:
    """The keys that the user service signs with; making some takes long."""
    return new_signing_keys()


def environment(service: str, **settings: str) -> dict[str, str]:
    """Of a function in development, over memory if nothing else is said."""
    return {
        "SERVICE": service,
        "LOG_FORMAT": "text",
        "BCRYPT_COST": "4",
        "PUBLIC_KEYS": public_signing_keys(bundle()),
        **({"SIGNING_KEYS": bundle()} if service == "user" else {}),
        **settings,
    }


class Function:
    """A running one; `said` is what it wrote, once it has ended."""

    def __init__(self, process: subprocess.Popen[str], answers: Any) -> None:
        self._process = process
        self._answers = answers
        self.said = ""

    def does(self, line: str) -> Any:
        """What an expression gives in the function's process, where there are `function`, `process` and `ask`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return json.loads(self._answers.readline())

    def asks(self, target: str, **more: object) -> tuple[int, Any]:
        """The status and the document of an answer."""
        arguments = "".join(f", {name}={value!r}" for name, value in more.items())
        line = f"(lambda answer: (answer.status, answer.body.decode()))(ask({target!r}{arguments}))"
        status, body = self.does(line)
        return status, json.loads(body)

    def ends(self) -> int:
        out, _ = self._process.communicate(timeout=30)
        self.said += out
        return self._process.returncode


@contextmanager
def function(environ: Mapping[str, str], module: str = "adapters.bootstrap.aws_lambda.http") -> Iterator[Function]:
    """The process, once it has imported its handler; at the end it is let go, and ends with status 0."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", _LOOP, module, str(writing)],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(writing,),
        text=True,
    )
    os.close(writing)
    with os.fdopen(reading) as answers:
        it = Function(process, answers)
        try:
            assert answers.readline() == "null\n", process.communicate()[0]
            yield it
            assert it.ends() == 0, it.said
        finally:
            process.kill()
            process.wait()
