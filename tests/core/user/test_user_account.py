"""An account's own rules."""

from collections.abc import Callable
from typing import Any

import pytest

from core.shared.address import AddressInvalid
from core.shared.errors import Invalid, VersionStale
from core.user.errors import (
    AccountErased,
    AccountInactive,
    AddressNotFound,
    TooManyAddresses,
    UserInvalid,
)
from core.user.model import ADDRESSES_MAX, Address, User, normal_email
from tests.core.user.people import a_user, an_address

Change = Callable[[User], User]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Sam@Example.COM ", "sam@example.com"),
        ("SAM+shop@sub.example.com", "sam+shop@sub.example.com"),
        ("o'brien@example.co", "o'brien@example.co"),
        ("Jo\u0308rg@example.com", "j\u00f6rg@example.com"),
        ("sam@B\u00dcCHER.example", "sam@b\u00fccher.example"),
        ("sam@xn--bcher-kva.example", "sam@xn--bcher-kva.example"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept
    assert normal_email(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "sam", "sam@", "@example.com", "sam@localhost", "sam@@example.com", "sam@a@example.com", "sam @example.com",
        ".sam@example.com", "sam.@example.com", "s..am@example.com", '"sam"@example.com', "sam@example..com",
        "sam@.example.com", "sam@example.com.", "sam@-example.com", "sam@example-.com", "sam@exa_mple.com",
        "sam@exa mple.com", "sam@example.com\nbcc:all@example.com", "sam\0@example.com", "sam@example.com>",
        "\ud800@example.com", "x" * 65 + "@example.com", "sam@" + "x" * 64 + ".com", "sam@" + "x." * 130 + "com",
        "sam@erased.invalid", "x" * 2_000_000,
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    with pytest.raises(UserInvalid) as refused:
        normal_email(typed)
    assert refused.value.facts["errors"] == (
        {"field": "email", "message": "An e-mail address looks like name@example.com."},
    )


def test_secrets_are_not_shown() -> None:
    assert "correct horse" not in repr(a_user())


def test_a_name_is_trimmed_and_in_one_form() -> None:
    assert a_user().with_profile(name="  Jo\u0308rg ", phone_number=None).name == "J\u00f6rg"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Sam\nShopper", "Sam\0", "\ud800", "\u2028"])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(UserInvalid):
        a_user().with_profile(name=name, phone_number=None)


def test_a_profile_change_leaves_what_it_does_not_name() -> None:
    user = a_user(phone="+44 20 7946 0958")
    assert user.with_profile(name="Alex", phone_number=None).phone == "+44 20 7946 0958"
    assert user.with_profile(name=None, phone_number="").phone == ""
    assert user.with_profile(name=None, phone_number="").name == "Sam Shopper"


@pytest.mark.parametrize("phone", ["12", "call me", "+", "1" * 31, "+44 20 7946 0958 ext 2", "\u0661" * 8])
def test_what_cannot_be_a_phone_number_is_refused(phone: str) -> None:
    with pytest.raises(UserInvalid):
        a_user().with_profile(name=None, phone_number=phone)


@pytest.mark.parametrize(
    "changed",
    [
        lambda user: user.with_profile(name="Alex", phone_number=None),
        lambda user: user.with_password("plain$other"),
        lambda user: user.rehashed("plain$other"),
        lambda user: user.signed_out(),
        lambda user: user.with_roles(frozenset({"admin"})),
        lambda user: user.enabled(),
        lambda user: user.disabled(),
        lambda user: user.erased(),
        lambda user: user.with_address(an_address(7)),
        lambda user: user.with_changed_address(an_address(1, city="Bath")),
        lambda user: user.without_address(an_address(1).id),
    ],
)
def test_every_change_is_the_next_version_and_none_follows_the_last(changed: Change) -> None:
    user = a_user(addresses=(an_address(1),))
    assert changed(user).version == 2
    assert user.version == 1
    with pytest.raises((AccountErased, AddressNotFound)):
        changed(user.erased())


@pytest.mark.parametrize("change", [lambda u: u.with_password("x"), User.signed_out, User.disabled, User.erased])
def test_what_ends_all_sessions_counts_up(change: Change) -> None:
    assert change(a_user()).sign_ins == 2


@pytest.mark.parametrize(
    "change", [lambda u: u.rehashed("x"), lambda u: u.with_roles(frozenset({"admin"})), User.enabled]
)
def test_what_ends_no_session_does_not(change: Change) -> None:
    assert change(a_user()).sign_ins == 1


def test_only_an_active_account_may_be_used() -> None:
    a_user().require_active()
    a_user().disabled().enabled().require_active()
    for user in (a_user().disabled(), a_user().erased()):
        with pytest.raises(AccountInactive):
            user.require_active()


def test_a_stale_version_is_refused_and_none_is_not_looked_at() -> None:
    a_user(version=3).require_version(3)
    a_user(version=3).require_version(None)
    with pytest.raises(VersionStale):
        a_user(version=3).require_version(2)


def test_an_account_keeps_a_role() -> None:
    with pytest.raises(UserInvalid):
        a_user().with_roles(frozenset())


def test_nothing_personal_stays_of_an_erased_account() -> None:
    user = a_user(phone="+44 20 7946 0958", addresses=(an_address(),), email_verified=True).erased()
    kept = repr(user) + user.password_hash
    for personal in ("sam1", "Sam", "7946", "Harbour", "correct horse"):
        assert personal not in kept
    assert user.email.endswith(".invalid")
    assert not user.email_verified


def test_an_address_is_tidied_up() -> None:
    (kept,) = a_user().with_address(an_address(line1="  12 Harbour Street ", phone=" +44 20 7946 0958 ")).addresses
    assert (kept.line1, kept.phone) == ("12 Harbour Street", "+44 20 7946 0958")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"line1": " "}, {"city": ""}, {"line1": "x" * 201}, {"line2": "x" * 201}, {"region": "a\nb"},
        {"postal_code": "\0"}, {"country": "UK"}, {"country": "gb"}, {"country": "GBR"}, {"country": ""},
        {"phone": "no"},
    ],
)  # fmt: skip
def test_a_parcel_cannot_go_there(wrong: dict[str, Any]) -> None:
    (field,) = wrong
    with pytest.raises(AddressInvalid) as refused:
        a_user().with_address(an_address(**wrong))
    assert field in str(refused.value.facts["errors"])
    assert issubclass(AddressInvalid, Invalid)


def test_the_address_book_has_20_places() -> None:
    user = a_user()
    for number in range(ADDRESSES_MAX):
        user = user.with_address(an_address(number))
    with pytest.raises(TooManyAddresses):
        user.with_address(an_address(99))


def test_an_address_is_changed_in_its_place() -> None:
    user = a_user(addresses=(an_address(1), an_address(2)))
    assert [each.city for each in user.with_changed_address(an_address(1, city="Bath")).addresses] == [
        "Bath",
        "Bristol",
    ]
    assert [each.id for each in user.without_address(an_address(1).id).addresses] == [an_address(2).id]
    assert user.address(an_address(2).id) == an_address(2)
    for change in (user.address, user.without_address):
        with pytest.raises(AddressNotFound):
            change(an_address(3).id)
    with pytest.raises(AddressNotFound):
        user.with_changed_address(an_address(3))


def test_an_address_needs_little() -> None:
    assert Address(id="", name="A", line1="B", city="C", country="IE").checked().postal_code == ""
