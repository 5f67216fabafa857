"""SECURITY.md promises nothing without a test, and names nothing that is not there."""

import re
from pathlib import Path

from adapters.bootstrap.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def proofs(text: str) -> list[Path]:
    return [ROOT / path for path in re.findall(r"`(tests/[^`]+)`", text)]


def test_every_proof_is_there_and_has_tests() -> None:
    found = proofs(PAGE)
    assert len(found) > 25
    for path in found:
        files = path.rglob("test_*.py") if path.is_dir() else [path]
        assert any("def test_" in file.read_text("utf-8") for file in files), path


def test_every_promise_and_every_risk_has_a_proof() -> None:
    promised = rows("What is promised")[1:]
    assert len(promised) > 10
    assert [row for row in promised if not proofs(row[-1])] == []
    risks = rows("OWASP API Security Top 10 (2023)")[1:]
    assert [row[0].split()[0] for row in risks] == [f"API{number}" for number in range(1, 11)]
    assert [row for row in risks if not proofs(row[-1])] == []


def test_each_folder_of_security_tests_is_named() -> None:
    folders = {path.parent for path in (ROOT / "tests" / "security").glob("*/test_*.py")}
    assert folders - {*proofs(PAGE), *(path.parent for path in proofs(PAGE))} == set()


def test_every_variable_is_one() -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", PAGE))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_chapter_of_the_standard_is_judged() -> None:
    judged = " ".join(row[0] for row in rows("OWASP ASVS 5.0, levels 1 and 2")[1:])
    assert [int(number) for number in re.findall(r"V(\d+)", judged)] == [*range(1, 18)]
