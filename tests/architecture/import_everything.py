"""Imports every module of the packages named (core and adapters, if none), and fails if one acts while it is imported.

    python tests/architecture/import_everything.py [--root FOLDER] [PACKAGE ...]

Acting is opening a socket, a process, a thread or a file to write. Needs nothing but the standard library.
"""

import argparse
import importlib
import os
import sys
import threading
from pathlib import Path

ACT = frozenset(
    {"adapters.bootstrap.asgi", *(f"adapters.bootstrap.aws_lambda.{event}" for event in ("http", "events", "schedule"))}
)
"""The modules whose import is their work."""

EVENTS = frozenset(
    "socket.bind socket.connect socket.getaddrinfo socket.sendto subprocess.Popen os.system os.exec os.fork "
    "os.posix_spawn os.putenv os.mkdir os.remove os.rename os.rmdir signal.pthread_kill".split()
)

IPV6 = ("::1", 0)
"""Where urllib3, on which boto3 stands, binds a socket while it is imported, to see whether there is IPv6."""


def modules(root: Path, packages: list[str]) -> list[str]:
    """The dotted name of every module of `packages`, but for those that are meant to act."""
    files = (file for each in packages for file in sorted(root.joinpath(*each.split(".")).rglob("*.py")))
    names = (".".join(file.relative_to(root).with_suffix("").parts) for file in files)
    return [name.removesuffix(".__init__") for name in names if name not in ACT and not name.endswith(".__main__")]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    options.add_argument("packages", nargs="*", default=["core", "adapters"])
    given = options.parse_args()

    importing = ""
    deeds: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and int(str(arguments[2])) & os.O_ACCMODE != os.O_RDONLY
        if event == "socket.bind" and arguments[1] == IPV6:
            return
        if event in EVENTS or (writes and arguments[0] != os.devnull):
            deeds.append(f"{importing}: {event} {arguments}")

    sys.path[0] = str(given.root)
    names = modules(given.root, given.packages)
    sys.addaudithook(watch)
    for importing in names:
        importlib.import_module(importing)
        if threading.active_count() > 1:
            deeds.append(f"{importing}: a thread")
            break
    strangers = {name.split(".")[0] for name in sys.modules if not name.startswith("_")} - sys.stdlib_module_names
    print(
        f"{len(names)} modules imported; top-level packages outside the standard library: {' '.join(sorted(strangers))}"
    )
    if deeds or not names:
        sys.exit("Something happened at import, or nothing was imported:\n" + "\n".join(deeds))


if __name__ == "__main__":
    main()
