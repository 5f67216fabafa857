"""What every test gets: coroutines are run, and CI hides no skipped test. Needs nothing but pytest."""

import asyncio
import inspect
import os
from collections import Counter
from collections.abc import Callable, Generator
from typing import TypeVar

import pytest

from tests.figures import Figure

# Facts are stated outside of test modules: there, too, a failed assertion shall show its values.
pytest.register_assert_rewrite("tests.adapters.contracts", "tests.reliability")

IN_CI = os.environ.get("CI") == "true"

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs `async def test_...` on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _not_skipped((yield))


def _not_skipped(report: Report) -> Report:
    """In CI a skipped test is a failed one: all that tests need is there, so something is broken."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {report.longrepr}"
    return report


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Takes what the run tells at its end."""
    return lambda sentence, **counts: record_property("figure", (sentence, counts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    totals: dict[str, Counter[str]] = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        for name, value in report.user_properties if getattr(report, "when", None) == "call" else ():
            if name == "figure":
                sentence, counts = value
                totals.setdefault(sentence, Counter()).update(counts)
    if totals:
        terminalreporter.section("figures")
        for sentence in sorted(totals):
            terminalreporter.write_line(sentence.format(**totals[sentence]) if totals[sentence] else sentence)
