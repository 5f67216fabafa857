"""The list of common passwords that ships: what it takes to be looked up, and to be read at a cold start."""

from adapters.inbound.cli.up import DEMO_PASSWORD
from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from core.user.model import PASSWORD_MIN, PasswordRule, folded
from tests.adapters.cli.import_shop import PASSWORD as IMPORTERS
from tests.core.user.people import PASSWORD as SAMS
from tests.figures import Figure
from tests.making.common_passwords import LIST, packed_from, unpacked
from tests.system.services import PASSWORD as SYSTEMS


def test_the_list_holds_what_can_be_looked_up_once_and_in_order(figure: Figure) -> None:
    packed = LIST.read_bytes()
    words = unpacked(packed)
    assert words == sorted({folded(word) for word in words})
    assert min(map(len, words)) == PASSWORD_MIN
    assert len(words) >= 3000, "OWASP ASVS 5.0, 6.2.4"
    assert len(packed) < 400_000
    assert all(word in ShippedCommonPasswords() for word in words)
    figure("{words} common passwords are refused, from a list of {bytes} bytes.", words=len(words), bytes=len(packed))


def test_the_page_beside_the_list_says_where_it_is_from_and_under_which_licences() -> None:
    page = LIST.with_name("common_passwords.md").read_text("utf-8")
    for told in (
        "Django",
        "zxcvbn",
        "Redistributions of source code must retain",
        "MIT License",
        "make common-passwords",
    ):
        assert told in page


def test_a_list_is_made_the_same_way_each_time() -> None:
    made = packed_from(["PassWord", "password ", "short", "qwertyuiop", "\uff50assword"])
    assert unpacked(made) == ["password", "qwertyuiop"]
    assert made == packed_from(["qwertyuiop", "password"])


def test_the_demo_accounts_and_the_tests_have_passwords_that_are_not_common() -> None:
    rule = PasswordRule(common=ShippedCommonPasswords(), shop="Portico")
    for password in (DEMO_PASSWORD, IMPORTERS, SAMS, SYSTEMS):
        rule.check(password, "password", "admin@example.com", "Sam Shopper")
