"""The README does not promise what is not there: its commands run, its targets exist, its links lead somewhere."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.system.test_shop_up import SHOP, Shop

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
TOUR = "shop=http"


def commands(page: Path) -> list[str]:
    """Every shell block of a page."""
    return BLOCK.findall(page.read_text("utf-8"))


async def test_the_tour_of_the_readme_can_be_typed(tmp_path: Path) -> None:
    (tour,) = (block for block in commands(README) if block.startswith(TOUR))
    shop = Shop(tmp_path / "shop", "memory")
    typed = tour.replace("http://127.0.0.1:8080", shop.url).replace(".venv/bin/shop", " ".join(SHOP))
    async with shop.up():
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-euo",
            "pipefail",
            "-c",
            typed.replace("curl ", "curl --fail-with-body --no-progress-meter "),
            cwd=ROOT,
            env={**os.environ, "SHOP_DATA": str(shop.data), "no_proxy": "127.0.0.1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    answers = said.decode()
    assert process.returncode == 0, answers
    assert '"status":"confirmed"' in answers
    assert '"status":"cancelled"' in answers
    assert re.search(r"0 differences in \d+ orders? and \d+ products\n\Z", answers)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_and_link_of_a_page_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", "\n".join(commands(page)), re.MULTILINE)) <= targets
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("https://")]
    assert [link for link in links if not (page.parent / link).exists()] == []
    paths = re.findall(r"`((?:core|adapters|tests|docs|k8s|sam)/[\w./]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


async def test_the_suite_that_the_readme_names_runs() -> None:
    (block,) = (block for block in commands(README) if "pytest" in block)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *block.split()[1:], "--collect-only", "-q", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
