"""Wherein the answers of functions differ from those of a container, and whether there is a reason for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.aws_lambda.parity.plain import Plain
from tests.aws_lambda.parity.reasons import REASONS, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """In the answer to a question; `what` is `status`, `header vary`, or a place in the body, as `body.headers.host`.

    `here` is what the container answers, `there` what a function does.
    """

    question: str
    what: str
    here: Any
    there: Any

    def __str__(self) -> str:
        return f"{self.question}: {self.what} is {str(self.there)[:200]!r} instead of {str(self.here)[:200]!r}"


def differing(question: str, here: Plain, there: Plain) -> Iterator[Difference]:
    """An answer of another status is another one altogether; the length of a body that differs is no difference."""

    def told(what: str, here: Any, there: Any) -> Difference:
        return Difference(question=question, what=what, here=here, there=there)

    if here.status != there.status:
        yield told("status", here.status, there.status)
        return
    in_body = [told(*each) for each in _in_body("body", here.body, there.body)]
    yield from in_body
    for name in sorted(here.headers.keys() | there.headers.keys()):
        values = here.headers.get(name), there.headers.get(name)
        if values[0] != values[1] and not (name == "content-length" and in_body):
            yield told(f"header {name}", *values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a comparison: a sentence for each difference without a reason, and each reason without a difference.

    `explained` are the differences with a reason of their own, and not one that is every answer's.
    """

    unexplained: Sequence[str]
    outdated: Sequence[str]
    explained: int


def verdict(
    way: str, here: Mapping[str, Plain], there: Mapping[str, Plain], reasons: Sequence[Reason] = REASONS
) -> Verdict:
    """Of the same questions, by a container and by this way of events."""
    assert here.keys() == there.keys()
    found = [each for question in here for each in differing(question, here[question], there[question])]
    because = [
        next((reason for reason in reasons if reason.explains(way, each.question, each.what)), None) for each in found
    ]
    unused = [reason for reason in reasons if way in reason.ways and reason not in because]
    return Verdict(
        unexplained=[str(each) for each, reason in zip(found, because, strict=True) if reason is None],
        outdated=[f"{each.questions}: {each.what} does not differ any more: {each.why}" for each in unused],
        explained=sum(reason is not None and not reason.is_of_every_answer for reason in because),
    )


def _in_body(place: str, here: Any, there: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(here, dict) and isinstance(there, dict):
        for name in sorted(here.keys() | there.keys()):
            yield from _in_body(f"{place}.{name}", here.get(name), there.get(name))
    elif here != there:
        yield place, here, there
