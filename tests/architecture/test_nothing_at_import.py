"""Importing does nothing: no socket, process, thread or written file, and no library a build does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, imports, python_files

SCRIPT = str(ROOT / "tests/architecture/import_everything.py")


def _import(*arguments: str, isolated: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs the script in a fresh interpreter; `isolated` from every installed package."""
    flags = ["-I", "-S"] if isolated else []
    return subprocess.run(
        [sys.executable, "-B", "-W", "error", *flags, SCRIPT, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )


def test_importing_everything_does_nothing() -> None:
    done = _import()
    print(done.stdout)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("source", "event"),
    [
        ("import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.close()", "socket.bind"),
        (
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 1), 0.1)\nexcept OSError: pass",
            "socket.connect",
        ),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()", "thread"),
        ("import pathlib\npathlib.Path(__file__).with_suffix('.log').write_text('')", "open"),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_module_that_acts_is_found(source: str, event: str, tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "busy.py").write_text(source)
    done = _import("--root", str(tmp_path), "core")
    assert done.returncode != 0
    assert f"core.busy: {event}" in done.stderr or f"core.busy: a {event}" in done.stderr


PURE_ADAPTERS = ("adapters.outbound.memory", "adapters.outbound.in_process")


def test_a_memory_build_needs_nothing_installed() -> None:
    done = _import("core", *PURE_ADAPTERS, isolated=True)
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(": adapters core")


def test_a_library_in_a_memory_build_is_found(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "heavy.py").write_text("import pymongo")
    assert "ModuleNotFoundError" in _import("--root", str(tmp_path), "core", isolated=True).stderr


def test_the_tests_of_the_core_need_nothing_but_pytest() -> None:
    allowed = sys.stdlib_module_names | {"core", "pytest", "tests"}
    strangers = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in python_files("tests/core", "tests/conftest.py", "tests/builders.py", "tests/fakes.py")
        for line, module in imports(file.read_text())
        if module.split(".")[0] not in allowed and not module.startswith(PURE_ADAPTERS)
    ]
    assert strangers == []
