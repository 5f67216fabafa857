"""The same answers from a container and from functions, whichever way a request comes (guarantee 25)."""

from collections import Counter

import pytest

from tests.aws_lambda.events import WAYS
from tests.aws_lambda.parity import corpus, coverage
from tests.aws_lambda.parity.differences import verdict
from tests.aws_lambda.parity.plain import Plain
from tests.aws_lambda.parity.reasons import EVERY, Reason
from tests.aws_lambda.parity.ways import CONTAINER
from tests.figures import Figure


@pytest.mark.parametrize("way", WAYS)
def test_a_function_answers_as_a_container_but_for_what_is_listed(way: str, figure: Figure) -> None:
    here, there = corpus.answers(CONTAINER), corpus.answers(way)
    found = verdict(way, here, there)
    assert not found.unexplained, "\n".join(found.unexplained[:50])
    assert not found.outdated, "\n".join(found.outdated)
    assert not any(each.status >= 500 and each.status != 503 for each in there.values())
    figure(
        "answers of functions by {ways} ways that are a container's: {answers}, with {differences} listed differences",
        ways=1,
        answers=len(there),
        differences=found.explained,
    )


def test_every_operation_is_asked_and_every_status_provoked_that_can_be(figure: Figure) -> None:
    kept = corpus.questions(CONTAINER)
    assert not [*coverage.not_asked(kept)]
    documented, answered = coverage.documented(), coverage.answered(kept)
    missing = documented - answered
    unknown = {each for each in missing if not any(each in listed for listed in coverage.NOT_PROVOKED)}
    assert not unknown, sorted(unknown)
    for listed in coverage.NOT_PROVOKED:
        for operation in listed.operations:
            assert (listed.service, operation, listed.status) in missing, f"{operation} {listed.status}: {listed.why}"
    statuses = Counter(each.got.status for each in kept.values())
    figure(
        "questions to a container and to each function: {questions}, with {statuses} statuses;"
        " {answered} of {documented} documented answers are provoked",
        questions=len(kept),
        statuses=len(statuses),
        answered=len(documented & answered),
        documented=len(documented),
    )


def test_an_operation_that_nobody_asks_is_named() -> None:
    kept = {
        what: each for what, each in corpus.questions(CONTAINER).items() if "/v1/categories" not in each.sent.target
    }
    assert [*coverage.not_asked(kept)] == ["product: GET /v1/categories"]
    lost = coverage.documented() - coverage.answered(kept)
    assert ("product", "GET /v1/categories", 200) in lost


def test_a_reason_for_what_does_not_differ_is_named() -> None:
    answers = {"a product": Plain(status=200, headers={}, body=None)}
    stale = Reason(ways=EVERY, questions="a product", what="status", why="It was so once.")
    found = verdict("rest_api", answers, answers, [stale])
    assert found.outdated == ["a product: status does not differ any more: It was so once."]
