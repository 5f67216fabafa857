"""`make audit-deps` tells apart: nothing known, something known, and nobody to ask."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

NONE = "echo 'No known vulnerabilities found' >&2"
SOME = "echo 'Found 1 known vulnerability in 1 package' >&2; echo 'alpha 1.2 PYSEC-2026-1'; exit 1"
AWAY = "echo 'Traceback (most recent call last):' >&2; echo 'requests.exceptions.ConnectionError: no route' >&2; exit 1"
SKIPPED = "echo 'ERROR:pip_audit._cli:alpha: could not be audited' >&2; exit 1"


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (NONE, 0, "run.txt: No known vulnerabilities found"),
        (SOME, 1, "alpha 1.2 PYSEC-2026-1"),
        (AWAY, 2, "nothing is known, good or bad"),
        (SKIPPED, 2, "could not be audited"),
    ],
)
def test_an_audit_ends_as_it_turned_out(answer: str, status: int, told: str, tmp_path: Path) -> None:
    done = audit(answer, tmp_path)
    assert done.returncode == status
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_an_audit_asks_strictly_about_the_hashed_lock(tmp_path: Path) -> None:
    told = audit('echo "$@" >&2', tmp_path).stdout
    for option in ("--strict", "--require-hashes", "--disable-pip", "-r run.txt"):
        assert option in told


def audit(answer: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As it ends where pip-audit does what `answer` says, a shell's words."""
    program = folder / "bin" / "pip-audit"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    command = ["sh", str(ROOT / "requirements" / "audit"), str(folder), "run.txt"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
