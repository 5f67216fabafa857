"""Reading this repository's Python as text: which files there are, and what each imports."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def python_files(*places: str) -> list[Path]:
    """Every Python file at or under `places`, which are relative to the repository. Raises: AssertionError on none."""
    files = [
        file
        for place in places
        for file in ([ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py")))
    ]
    assert files, f"no Python in {places}"
    return files


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Each import in `source`, at the top or inside a function, as its line and the dotted module.

    A relative import gives its dots first, as in `..money`.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
