"""The page of error codes says what the code says, in sentences for those who call the shop."""

import pkgutil
import re
from collections import Counter
from importlib import import_module

import pytest

import adapters.inbound.web
import adapters.outbound
import core
from adapters.inbound.web.errors import STATUS
from core.shared.errors import Invalid, ShopError
from tests.making.errors_page import PAGE, WHAT_TO_DO, errors, page, rows, sentence

INSIDE = re.compile(r"\b(class|exception|port|adapter|core|repository|use case|raises|None)\b|[a-z][A-Z]|\(\)|__")
"""What means nothing to somebody who only knows HTTP."""


def is_fit(text: str, members: frozenset[str] = frozenset()) -> bool:
    """Whether it is one whole sentence that somebody outside can read; what it quotes is in the document."""
    quoted = set(re.findall(r"`([^`]*)`", text))
    return re.fullmatch(r"[A-Z][^\n|]{10,118}[.]", text) is not None and not INSIDE.search(text) and quoted <= members


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "`make errors-page` writes it anew."


def test_every_error_has_a_sentence_for_those_who_call_the_shop() -> None:
    assert [row for row in rows() if not is_fit(row.sentence, row.members)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "the address book is full.",
        "The address book is full",
        "Raised by the repository if it is full.",
        "The AddressBook is full of addresses.",
        "The book is full; `spare` says by how many.",
        "Two lines\nare too many for a table.",
    ],
)
def test_a_sentence_for_nobody_is_told(text: str) -> None:
    assert not is_fit(text)


def test_no_error_goes_without_a_sentence_by_inheriting_one() -> None:
    class Silent(Invalid):
        pass

    assert sentence(Silent) == ""
    assert sentence(Invalid) != ""


def test_every_status_says_whether_to_ask_again() -> None:
    assert WHAT_TO_DO.keys() == set(STATUS.values())
    assert all(text.endswith(".") for text in WHAT_TO_DO.values())


def test_a_code_has_one_status_and_one_row_a_service() -> None:
    statuses = Counter(code for code, _ in {(row.code, row.status) for row in rows()})
    assert set(statuses.values()) == {1}
    assert set(Counter((row.code, row.service) for row in rows()).values()) == {1}


def test_no_error_is_made_where_the_page_does_not_look() -> None:
    for place in (core, adapters.inbound.web, adapters.outbound):
        for module in pkgutil.walk_packages(place.__path__, f"{place.__name__}."):
            import_module(module.name)
    ours = {kind for kind in _below(ShopError) if kind.__module__.startswith(("core.", "adapters."))}
    outside = {kind for kind in ours if kind.__module__.startswith("adapters.inbound.cli")}
    assert ours - outside == set(errors())


def test_members_are_found_where_errors_are_made() -> None:
    members = {(row.service, row.code): row.members for row in rows()}
    assert members["order", "cart_changed"] == {"cart_version", "order_id"}
    assert members["user", "password_unacceptable"] == {"errors"}
    assert members["cart", "out_of_stock"] == {"lines"}


def _below(kind: type[ShopError]) -> set[type[ShopError]]:
    return {each for below in kind.__subclasses__() for each in (below, *_below(below))}
