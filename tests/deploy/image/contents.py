"""What is in an image, and what should not be there."""

import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.deploy.image.engine import Engine

UID = 10001
COMPILERS = frozenset("as c++ cargo cc clang cpp g++ gcc go ld make rustc".split())
COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
OURS = frozenset({"core", "adapters"})
PROBE = """
import hashlib, importlib.metadata, json, os, pathlib, stat
found, licences = {}, {}
for folder, folders, names in os.walk("/"):
    if folder == "/":
        folders[:] = sorted(set(folders) - {"dev", "proc", "run", "sys"})
    for path in (os.path.join(folder, name) for name in (*folders, *names)):
        if path in ("/etc/hosts", "/etc/hostname", "/etc/mtab", "/etc/resolv.conf"):
            continue
        at = os.lstat(path)
        is_ours = path.startswith(("/usr/local/", "/app/")) and stat.S_ISREG(at.st_mode)
        content = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() if is_ours else ""
        found[path] = [at.st_mode, at.st_uid, at.st_size if stat.S_ISREG(at.st_mode) else 0, content]
for each in importlib.metadata.distributions():
    about = each.metadata
    words = [about.get("License-Expression", ""), (about.get("License") or "").partition("\\n")[0]]
    words += [line for line in about.get_all("Classifier", []) if line.startswith("License")]
    licences[about["Name"]] = " ".join(words)
print(json.dumps({"files": found, "licences": licences}))
"""


@dataclass(frozen=True, slots=True)
class File:
    """`content` is a hash, of what lies where our files may be."""

    mode: int
    owner: int
    size: int
    content: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Files by their path, and the licences that packages of Python name."""

    files: Mapping[str, File]
    licences: Mapping[str, str]


def contents(engine: Engine, image: str) -> Contents:
    """As root sees them, in a container that has not run anything else."""
    told = engine.python(image, PROBE, "--user", "0", "--read-only")
    return Contents({path: File(*each) for path, each in told["files"].items()}, told["licences"])


def faults(base: Contents, image: Contents) -> dict[str, list[str]]:
    """For each rule that the image breaks, where."""
    broken = {name: sorted(rule(base, image)) for name, rule in RULES.items()}
    return {name: where for name, where in broken.items() if where}


def _privileged(base: Contents, image: Contents) -> Iterator[str]:
    known = {path for path, file in base.files.items() if file.mode & (stat.S_ISUID | stat.S_ISGID)}
    return (
        path
        for path, file in image.files.items()
        if file.mode & (stat.S_ISUID | stat.S_ISGID) and not stat.S_ISDIR(file.mode) and path not in known
    )


def _writable(_: Contents, image: Contents) -> Iterator[str]:
    for path, file in image.files.items():
        if stat.S_ISLNK(file.mode) or file.mode & stat.S_ISVTX:
            continue
        if file.owner == UID or file.mode & stat.S_IWOTH:
            yield path


def _unreadable(_: Contents, image: Contents) -> Iterator[str]:
    return (p for p, file in image.files.items() if p.startswith("/app") and not file.mode & stat.S_IROTH)


def _installers(_: Contents, image: Contents) -> Iterator[str]:
    return (path for path in image.files if re.search(r"/(pip[\d.]*|ensurepip)$|/pip-[\d.]+\.dist-info$", path))


def _compilers(_: Contents, image: Contents) -> Iterator[str]:
    return (path for path in image.files if re.search(r"/s?bin/[^/]+$", path) and path.split("/")[-1] in COMPILERS)


def _strangers(_: Contents, image: Contents) -> Iterator[str]:
    return (path for path in image.files if re.fullmatch(r"/app/[^/]+", path) and path.split("/")[-1] not in OURS)


def _databases(_: Contents, image: Contents) -> Iterator[str]:
    return (path for path in image.files if re.search(r"secantus|wiredtiger|mongod$", path, re.IGNORECASE))


def _copyleft(_: Contents, image: Contents) -> Iterator[str]:
    return (name for name, licence in image.licences.items() if COPYLEFT.search(licence))


def _unlicensed(_: Contents, image: Contents) -> Iterator[str]:
    return (name for name, licence in image.licences.items() if not licence.strip())


def _uncompiled(base: Contents, image: Contents) -> Iterator[str]:
    for path in image.files.keys() - base.files.keys():
        folder, _, name = path.rpartition("/")
        if name.endswith(".py") and f"{folder}/__pycache__/{name[:-3]}.cpython-313.pyc" not in image.files:
            yield path


RULES: Mapping[str, Callable[[Contents, Contents], Iterator[str]]] = {
    "no file has a privilege of its own that the base's have not": _privileged,
    "the user can write nothing but where everyone can": _writable,
    "the user can read all of ours": _unreadable,
    "nothing can be installed": _installers,
    "nothing can be compiled": _compilers,
    "nothing of ours is there but the core and the adapters": _strangers,
    "no database is there": _databases,
    "no package is under the GPL": _copyleft,
    "each package says its licence": _unlicensed,
    "what is added is compiled": _uncompiled,
}
SPOILT = """
FROM {image}
USER 0
RUN touch /app/core/mine.py /usr/bin/gcc /usr/local/bin/pip /app/secret /usr/bin/secantusd-py \\
    && chmod 4755 /usr/bin/gcc && chown 10001 /app/core/mine.py && chmod 600 /app/secret && mkdir /app/tests \\
    && cd /usr/local/lib/python3*/site-packages && mkdir free-1.dist-info mute-1.dist-info \\
    && printf 'Metadata-Version: 2.4\\nName: free\\nLicense-Expression: GPL-2.0-only\\n' >free-1.dist-info/METADATA \\
    && printf 'Metadata-Version: 2.4\\nName: mute\\n' >mute-1.dist-info/METADATA
"""
"""An image of ours with every fault there is a rule against."""
