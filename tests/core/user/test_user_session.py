"""A session's own rules: which refresh tokens are good, and when it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.shared.ids import is_id
from core.user.errors import RefreshTokenInvalid, SessionBusy
from core.user.model import GRACE, RefreshToken, Session
from core.user.model.session import BRANCHES_MAX, CHILDREN_MAX
from tests.builders import an_id
from tests.core.user.people import LASTS, a_session, a_user
from tests.fakes import START

SECOND = timedelta(seconds=1)


def token(secret: str) -> RefreshToken:
    return RefreshToken(session_id=an_id(1), secret=secret)


def rotated(session: Session, old: str, new: str, *, at: timedelta = timedelta()) -> Session:
    assert session.accepts(token(old), at=START + at)
    return session.rotated(token(old), token(new), at=START + at)


def test_a_refresh_token_names_its_session() -> None:
    assert RefreshToken.of(token("first").text) == token("first")
    assert is_id(token("first").session_id)


@pytest.mark.parametrize(
    "text", ["", ".", "first", ".first", "x.first", an_id(1), f"{an_id(10).upper()}.x", f"{an_id(1)}.\ud800"]
)
def test_other_text_is_no_refresh_token(text: str) -> None:
    with pytest.raises(RefreshTokenInvalid):
        RefreshToken.of(text)


def test_secrets_are_neither_shown_nor_kept() -> None:
    session = rotated(a_session(), "first", "second")
    for secret in ("first", "second"):
        assert secret not in repr(token(secret)) + repr(session) + str(session.live) + str(
            [s.digest for s in session.spent]
        )


def test_a_live_token_is_accepted_however_late() -> None:
    assert a_session().accepts(token("first"), at=START + LASTS)
    assert not a_session().accepts(token("other"), at=START)


def test_a_token_that_was_exchanged_is_accepted_for_a_moment_only() -> None:
    session = rotated(a_session(), "first", "second")
    assert session.accepts(token("first"), at=START + GRACE - SECOND)
    assert not session.accepts(token("first"), at=START + GRACE)
    assert session.accepts(token("second"), at=START + GRACE)


def test_a_token_has_few_children_so_that_none_of_them_is_cut() -> None:
    session = a_session()
    for number in range(CHILDREN_MAX):
        session = rotated(session, "first", f"child {number}")
    with pytest.raises(SessionBusy):
        rotated(session, "first", "one more")
    for number in range(CHILDREN_MAX):
        assert session.accepts(token(f"child {number}"), at=START + GRACE)
    for number in range(CHILDREN_MAX):
        session = rotated(session, f"child {number}", f"grandchild {number}", at=GRACE)
    assert len(session.live) == CHILDREN_MAX


def test_a_token_spent_long_ago_is_not_accepted() -> None:
    session = rotated(a_session(), "first", "second")
    session = rotated(session, "second", "third", at=GRACE)
    session = rotated(session, "third", "fourth", at=2 * GRACE)
    assert not session.accepts(token("first"), at=START + 2 * GRACE)
    assert not session.accepts(token("second"), at=START + 2 * GRACE)
    assert len(session.spent) == 1


def test_two_tabs_go_on_apart() -> None:
    session = rotated(a_session(), "first", "of tab 1")
    session = rotated(session, "first", "of tab 2", at=SECOND)
    session = rotated(session, "of tab 1", "next of tab 1", at=timedelta(hours=1))
    assert session.accepts(token("next of tab 1"), at=START + timedelta(days=1))
    assert session.accepts(token("of tab 2"), at=START + timedelta(days=1))


def test_a_second_use_does_not_make_the_moment_longer() -> None:
    session = rotated(a_session(), "first", "second")
    session = rotated(session, "first", "third", at=GRACE - SECOND)
    assert not session.accepts(token("first"), at=START + GRACE)


def test_the_branch_that_rested_longest_is_cut() -> None:
    session = a_session()
    parent, at = "first", timedelta()
    for number in range(BRANCHES_MAX + 1):
        session = rotated(session, parent, f"branch {number}", at=at)
        if number % CHILDREN_MAX == CHILDREN_MAX - 1:
            parent, at = f"branch {number}", at + GRACE
    assert len(session.live) <= BRANCHES_MAX
    for number in range(CHILDREN_MAX):
        session = rotated(session, f"branch {BRANCHES_MAX}", f"child {number}", at=at)
    assert len(session.live) == BRANCHES_MAX
    assert not session.accepts(token("branch 0"), at=START + at)
    assert session.accepts(token(f"branch {BRANCHES_MAX - 1}"), at=START + at)


def test_a_session_expires() -> None:
    assert not a_session().is_over(a_user(), at=START + LASTS - SECOND)
    assert a_session().is_over(a_user(), at=START + LASTS)


def test_a_session_ends_with_the_others_unless_it_is_kept() -> None:
    user = a_user().signed_out()
    assert a_session().is_over(user, at=START)
    assert not a_session().kept_for(user).is_over(user, at=START)
    assert a_session().kept_for(user).is_over(user.signed_out(), at=START)


def test_every_change_is_the_next_version() -> None:
    assert rotated(a_session(), "first", "second").version == 2
    assert a_session().kept_for(a_user()).version == 2
    assert replace(a_session(), version=5).kept_for(a_user()).version == 6
