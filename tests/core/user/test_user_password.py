"""Which passwords an account may take: NIST SP 800-63B-4, section 3.1.1.2."""

import pytest

from core.shared.text import TYPED_MAX
from core.user.errors import PasswordUnacceptable
from core.user.model import PasswordRule, folded
from tests.core.user.people import EMAIL, HERE, PASSWORD, Shop
from tests.fakes import EVERYBODYS, FewCommonPasswords

RULE = PasswordRule(common=FewCommonPasswords(), shop="Harbour Shop")
SAM = ("sam.Shopper1985@mail.example.com", "Sam Shopper-N\u00fa\u00f1ez")


def refusal(password: str, *about: str) -> str:
    """What is wrong with it, or nothing."""
    try:
        RULE.check(password, "new_password", *about)
    except PasswordUnacceptable as error:
        told = error
    else:
        return ""
    assert told.facts["errors"] == ({"field": "new_password", "message": told.detail.removeprefix("new_password: ")},)
    assert password == "" or password not in told.detail.split()
    return told.detail


@pytest.mark.parametrize("password", ["x" * 8, "x" * 128, "\u00e9" * 128, "e\u0301" * 128, "\U0001f600" * 8, " " * 8])
def test_a_password_has_8_to_128_characters_of_any_kind(password: str) -> None:
    assert refusal(password, *SAM) == ""


@pytest.mark.parametrize("password", ["", "x" * 7, "e\u0301" * 7, "x" * 129, "x" * 2_000_000])
def test_shorter_and_longer_passwords_are_refused(password: str) -> None:
    assert refusal(password) == "new_password: 8 to 128 characters."


@pytest.mark.parametrize("password", [*EVERYBODYS, "PassWord", " iloveyou ", "\uff50\uff41\uff53\uff53word"])
def test_common_passwords_are_refused_in_any_case_and_compatible_form(password: str) -> None:
    told = refusal(password)
    assert "stolen accounts" in told
    assert "Choose another" in told


@pytest.mark.parametrize("password", ["password of a whole ship", "xpassword", "passwordx", "pass-word-y"])
def test_a_common_password_inside_a_longer_one_does_no_harm(password: str) -> None:
    assert refusal(password, *SAM) == ""


@pytest.mark.parametrize(
    "password",
    [
        "sam.shopper1985@mail.example.com", "SamShopper", "shopper1985", "1985-sam-2026", "shopper!sam!", "SAMSAMSAM",
        "example.com", "mail2026", "shopper-nu\u0301n\u0303ez", "HarbourShop1", "harbour1234", "harbourshopper",
    ],
)  # fmt: skip
def test_what_is_made_of_known_names_alone_is_refused(password: str) -> None:
    told = refusal(password, *SAM)
    assert "names that anybody knows" in told
    assert "Add words" in told


@pytest.mark.parametrize("password", ["sam likes tea", "harbour lights", "s-h-o-p-p-e-d", "19851985", "mailbox no. 9"])
def test_a_name_beside_other_words_does_no_harm(password: str) -> None:
    assert refusal(password, *SAM) == ""


def test_an_address_of_digits_is_known_too() -> None:
    assert refusal("5551234567", "555.123.4567@example.com", "Jo")
    assert not refusal("5551234568", "555.123.4567@example.com", "Jo")


def test_short_names_stand_in_good_passwords_by_chance() -> None:
    assert not refusal("7391-jo-2048", "li.jo@ab.de", "Jo Li")
    assert refusal("lijo-2048", "li.jo@ab.de", "Jo Li")


@pytest.mark.parametrize("about", ["", "@", "\ud800@\0", "x" * 2_000_000, "\ufdfa" * TYPED_MAX, " ".join(["aaa"] * 60)])
def test_whatever_is_known_of_an_account_a_password_is_judged(about: str) -> None:
    assert refusal("a" * 127 + "b", about) == ""


def test_folding_is_done_once_for_all() -> None:
    for text in ("PassWord", " \ufb01sh ", "STRASSE \u1e9e", "\u0130", "\u03d2\u0301", "\U0001d400", "\ud800"):
        assert folded(folded(text)) == folded(text)


async def test_no_way_to_a_password_leads_past_the_rule() -> None:
    shop = Shop()
    for password in ("short", "PASSWORD1", "sam-1985"):
        with pytest.raises(PasswordUnacceptable, match=r"^password: "):
            await shop.use.register(email=EMAIL, password=password, name="Sam Shopper", client=HERE)
    sam = await shop.sam()
    hashed = list(shop.passwords.calls)
    for password in ("short", "PASSWORD1", "sam-1985"):
        with pytest.raises(PasswordUnacceptable, match=r"^new_password: "):
            await shop.use.change_password(
                user_id=sam.id, session_id=None, current_password=PASSWORD, new_password=password, client=HERE
            )
    assert shop.passwords.calls == hashed, "What is refused is not worth a hash."
    await shop.sign_in()
