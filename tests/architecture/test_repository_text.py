"""What is committed can be published: no registry's address, no path of the machine it was written on."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

# Written in two halves, so that this file does not find itself.
HALVES = [
    ("py", r"pi\.(org|python\.org)"),
    ("python", r"hosted\.org"),
    ("registry", r"\.(npmjs\.org|yarnpkg\.com)"),
    ("deb", r"\.debian\.org"),
    ("archive", r"\.ubuntu\.com"),
    (r"(?<![\w.-])/wo", r"rk/"),
    (r"(?<![\w.-])/ro", r"ot/"),
    (r"(?<![\w.-])/tmp/", r"(venv|w/|bash_)"),
    (r"(?<![\w.-])/opt/", r"(pypi|wheels)"),
    (r"/home/", r"\w+/"),
    (r"/Us", r"ers/\w+/"),
    (r"\.\./", r"shared\b"),
    (r"\b[Ii]ssue", r"s? (no\.? ?)?#?\d+"),
    (r"\b(AI|LLM|coding|sub-?) ?", r"agents?\b"),
]
FORBIDDEN = [re.compile("".join(halves)) for halves in HALVES]


def _offences(text: str) -> list[str]:
    return [match.group() for pattern in FORBIDDEN for match in pattern.finditer(text)]


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    found = [
        f"{name}: {offence}"
        for name in names
        for offence in _offences(f"{name}\n{(ROOT / name).read_text(errors='ignore')}")
    ]
    print(f"{len(names)} files read for {len(FORBIDDEN)} patterns")
    assert names
    assert found == []


@pytest.mark.parametrize(
    "halves",
    [
        ("https://py", "pi.org/simple"),
        ("https://files.python", "hosted.org/packages"),
        ("https://registry", ".npmjs.org/left-pad"),
        ("http://deb", ".debian.org/debian"),
        ("/wo", "rk/main/core"),
        ("/ro", "ot/.cache"),
        ("`/tmp/", "venv/bin/python`"),
        ("see ..", "/shared/design"),
        ("as issue", " 12 says"),
        ("Issue", " #3"),
    ],
)
def test_a_forbidden_text_is_found(halves: tuple[str, str]) -> None:
    assert _offences("".join(halves))


@pytest.mark.parametrize("text", ["core/shared/money.py", "the network/work/load", "ends the other sessions"])
def test_an_innocent_text_is_not(text: str) -> None:
    assert _offences(text) == []
