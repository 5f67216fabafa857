"""podman or docker, and the image that it makes of this checkout, once for all who test it."""

import fcntl
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
BASE = "docker.io/library/python:3.13-slim-bookworm"
REPOSITORY, TAG = "portico", "test"
UNPRIVILEGED = ("--read-only", "--cap-drop=all", "--security-opt", "no-new-privileges", "--user", "10001")


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs what both programs understand; a command that fails is told with what it said."""

    program: str

    def __call__(self, *arguments: str, timeout: float = 600) -> str:
        """What it printed."""
        return self.both(*arguments, timeout=timeout).stdout

    def both(self, *arguments: str, timeout: float = 600) -> "subprocess.CompletedProcess[str]":
        ended = subprocess.run((self.program, *arguments), capture_output=True, text=True, timeout=timeout, check=False)
        assert ended.returncode == 0, f"{self.program} {' '.join(arguments[:2])} failed: {ended.stderr[-4000:]}"
        return ended

    def inspect(self, name: str) -> dict[str, Any]:
        (found,) = json.loads(self("inspect", name))
        return dict(found)

    def unnamed(self) -> set[str]:
        """Images that are kept for a next build alone."""
        return set(self("images", "--quiet", "--no-trunc", "--filter", "dangling=true").split())

    def python(self, image: str, code: str, *options: str) -> Any:
        """What the JSON means that `code` prints in a container of the image, which has no network."""
        return json.loads(
            self("run", "--rm", "--network", "none", *options, "--entrypoint", "python", image, "-c", code)
        )


@functools.cache
def engine() -> Engine:
    """One that runs containers on this machine, the base of the image being there; skips the test without."""
    if sys.platform != "linux":
        pytest.skip("the containers' network is reached from Linux alone")
    said = []
    for program in filter(shutil.which, ("podman", "docker")):
        try:
            found = Engine(program)
            if not found("images", "--quiet", BASE).strip():
                found("pull", "--quiet", BASE)
            found("run", "--rm", "--network", "none", *UNPRIVILEGED, BASE, "true")
        except (AssertionError, subprocess.TimeoutExpired) as error:
            said.append(str(error))
        else:
            return found
    pytest.skip("\n".join(said) or "neither podman nor docker is installed")


@functools.cache
def image() -> str:
    """The image's name, once it is built: whoever is first builds it, the others find every step done."""
    with alone():
        build(engine().program, TAG)
    return f"{REPOSITORY}:{TAG}"


@contextmanager
def alone() -> Iterator[None]:
    """Meanwhile no other test of this machine's user builds anything."""
    with Path(tempfile.gettempdir(), f"portico-image-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(program: str, tag: str, *options: str, sources: Path = ROOT) -> None:
    """As `make image` does, wherever nobody says how old the image shall be."""
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    ended = subprocess.run(
        ("sh", "containers/build", REPOSITORY, tag, *options),
        cwd=sources,
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "ENGINE": program},
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
