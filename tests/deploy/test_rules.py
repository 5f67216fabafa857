"""Every rule asks for what there is, and has cases that no wrong rule passes."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from adapters.telemetry.metrics import SECONDS
from tests.deploy.monitoring import CASES, RULES, Group, Rule, groups, promtool, rules, told, write
from tests.deploy.promql import groupings, matchers, numbers, selectors
from tests.figures import Figure
from tests.telemetry.contract import family_of
from tests.telemetry.page import PAGE, read_page

ALERTS = [rule for rule in rules() if rule.is_alert]
EQUALS = re.compile(r"==\s*$")
VALUE = re.compile(r'(\w+)!?="([^"]*)"')
OTHER_WAITS = {"2m": ("0s", "6m"), "5m": ("0s", "15m"), "10m": ("0s", "30m")}


def cases(name: str) -> list[Path]:
    """The files of cases that ask for the rule."""
    asks = re.compile(rf"(?<![\w:]){name}(?![\w:])")
    return [path for path in CASES if any(asks.search(each["expr"]) for case in read(path) for each in asked(case))]


def read(path: Path) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["tests"]
    return tests


def asked(case: dict[str, Any]) -> list[dict[str, Any]]:
    expressions: list[dict[str, Any]] = case["promql_expr_test"]
    return expressions


def passes(paths: list[Path], content: list[Group], folder: Path) -> bool:
    write(folder, content)
    for path in paths:
        shutil.copy(path, folder)
    done = promtool("test", "rules", *(path.name for path in paths), folder=folder)
    print(done.stdout, done.stderr)
    return done.returncode == 0


def mutants(rule: Rule) -> Iterator[tuple[str, dict[str, str]]]:
    """The rule wrong in one respect: a number moved, a matcher left out, another time to wait, another value."""
    expression = rule.expression
    for begin, end, number in numbers(expression):
        if number != 0:
            others = [number * 1.5, number / 1.5]
        elif rule.is_alert:
            others = [1.0 if EQUALS.search(expression[:begin]) else -1.0]
        else:
            others = []  # where a record has a 0, there is nothing to count
        for other in others:
            yield f"{other:g} for {number:g}", {"expr": f"{expression[:begin]}{other:g}{expression[end:]}"}
    for begin, end in matchers(expression):
        yield f"without {expression[begin:end]}", {"expr": expression[:begin] + expression[end:]}
    for other_wait in OTHER_WAITS[rule.waits] if rule.waits else ():
        yield f"waits {other_wait}", {"for": other_wait}
    if not rule.is_alert:
        yield "another value", {"expr": f"2 * ({expression}) + 1"}


def changed(rule: Rule, change: dict[str, str]) -> list[Group]:
    """The rules that the cases of `rule` need, with it changed."""
    content = groups()
    group, at = rule.place
    content[group]["rules"][at] |= change
    if rule.is_alert:
        return content
    files = {each.place[0]: each.file for each in rules()}
    return [each for number, each in enumerate(content) if files[number] == rule.file]


def test_promtool_accepts_every_rule(tmp_path: Path) -> None:
    write(tmp_path, groups())
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


def test_a_name_belongs_to_one_rule() -> None:
    names = [rule.name for rule in rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", RULES)
def test_the_rules_pass_their_cases(file: str, tmp_path: Path) -> None:
    own = [rule for rule in rules() if rule.file == file]
    paths = sorted({path for rule in own for path in cases(rule.name)})
    assert passes(paths, changed(own[0], {}), tmp_path)


def test_no_case_is_left_out() -> None:
    assert {path for rule in rules() for path in cases(rule.name)} == set(CASES)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_asks_only_for_what_there_is(rule: Rule) -> None:
    known = told()
    asked = list(selectors(rule.expression))
    assert asked
    for selector in asked:
        assert selector.metric in known
        assert selector.labels <= known[selector.metric], selector.text
    assert groupings(rule.expression) <= {label for selector in asked for label in known[selector.metric]}


def test_rules_and_cases_name_only_values_that_a_label_can_have() -> None:
    series = [each["series"] for path in CASES for case in read(path) for each in case["input_series"]]
    series += [selector.text for rule in rules() for selector in selectors(rule.expression)]
    assert {each: found for each in series if (found := strange_values(each))} == {}
    assert strange_values('portico_mongo_pool_connections{pod="a", state="in_use"}') == {"state": "in_use"}


def strange_values(series: str) -> dict[str, str]:
    """By label: those that docs/observability.md does not list. Who is named for what happens to them is anybody."""
    page = read_page(PAGE.read_text("utf-8"))
    family = family_of(series.partition("{")[0], page)
    return {
        label: value
        for label, value in VALUE.findall(series)
        if (possible := page.values.get((family or "", label))) and not possible.named and value not in possible.literal
    }


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.name)
def test_an_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(rule: Rule) -> None:
    own = [case for path in CASES for case in read(path) if rule.name in case["name"]]
    fires = sum(len(each.get("exp_samples", ())) for case in own for each in asked(case))
    assert fires
    assert sum(len(case["input_series"]) for case in own) > fires, "Some of it has to be silent."


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_no_wrong_rule_passes_the_cases(rule: Rule, tmp_path: Path, figure: Figure) -> None:
    paths = cases(rule.name)
    assert paths, "It has no case."
    tried = list(mutants(rule))
    if not os.environ.get("DEEP"):  # two of each rule, always the same ones
        tried = Random(rule.name).sample(tried, min(2, len(tried)))
    missed = [name for name, change in tried if passes(paths, changed(rule, change), tmp_path)]
    figure("{wrong} wrong rules for Prometheus, all told", wrong=len(tried))
    assert tried
    assert missed == []


def test_what_is_promised_is_a_bucket() -> None:
    bounds = {float(bound) for rule in rules() for bound in re.findall(r'le="([\d.]+)"', rule.expression)}
    assert bounds == {0.5}
    assert bounds <= set(SECONDS)
