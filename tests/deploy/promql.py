"""Reads from PromQL expressions what they ask for: metrics, their matchers, and labels to group by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
_SELECTOR = re.compile(r"(?<![\w:])([a-zA-Z_:][\w:]*)(?![\w:])(\{[^{}]*\})?(?!\s*\()")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_NUMBER = re.compile(r"(?<![\w.$:])\d+(?:\.\d+)?(?![\w.:])")
_WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"}


@dataclass(frozen=True, slots=True)
class Selector:
    """A metric and the labels that its matchers name; `text` is it as written, without a range."""

    metric: str
    labels: frozenset[str]
    text: str


def selectors(expression: str) -> Iterator[Selector]:
    """Every selector of an expression, in order."""
    searched = _GROUPING.sub(_blank, _hidden(expression))
    searched = re.sub(r"\[[^\]]*\]", _blank, searched)
    for found in _SELECTOR.finditer(searched):
        if found[1] not in _WORDS:
            text = expression[found.start() : found.end()]
            yield Selector(found[1], frozenset(name for name in _MATCHER.findall(text)), text)


def groupings(expression: str) -> set[str]:
    """Every label that is grouped or matched by."""
    lists = _GROUPING.findall(_hidden(expression))
    return {name.strip() for names in lists for name in names.split(",") if name.strip()}


def numbers(expression: str) -> Iterator[tuple[int, int, float]]:
    """Every number outside of texts and ranges: where it begins and ends, and which it is."""
    searched = re.sub(r"\[[^\]]*\]", _blank, _hidden(expression))
    for found in _NUMBER.finditer(searched):
        yield found.start(), found.end(), float(found[0])


def matchers(expression: str) -> Iterator[tuple[int, int]]:
    """Where every matcher begins and ends, with the comma behind it."""
    for found in re.finditer(r'\w+\s*(?:=~|!~|!=|=)\s*"(?:\\.|[^"\\])*"\s*,?\s*', expression):
        yield found.start(), found.end()


def _hidden(expression: str) -> str:
    """With its texts made unreadable, and nothing moved."""
    return _TEXT.sub(lambda found: '"' + "." * (len(found[0]) - 2) + '"', expression)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
