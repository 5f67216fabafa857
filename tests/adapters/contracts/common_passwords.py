"""The contract of `core.user.ports.CommonPasswords`: which passwords are tried first."""

from core.user.model import folded
from core.user.ports import CommonPasswords
from tests.fakes import EVERYBODYS

UNCOMMON = (
    "walk-in-and-look-around",
    "four words without relation",
    "c0mm0n-0n-n0-l1st",
    "\u0447\u0435\u0442\u044b\u0440\u0435 \u0441\u043b\u043e\u0432\u0430 \u043f\u043e\u0434\u0440\u044f\u0434",
    "\u4f60\u597d\u4e16\u754c\u518d\u89c1\u670b\u53cb",
    "nul\0inside",
    "\ud800" * 8,
    "\U0001f600" * 128,
    " " * 8,
    "",
)


async def everybodys_passwords_are_known(common: CommonPasswords) -> None:
    for password in EVERYBODYS:
        assert folded(password.upper()) in common, password


async def others_are_not(common: CommonPasswords) -> None:
    for password in UNCOMMON:
        assert folded(password) not in common, password


async def a_password_is_looked_up_as_a_whole(common: CommonPasswords) -> None:
    for password in EVERYBODYS:
        for other in (f"{password}-xq", f"xq-{password}", password[1:-1], f"{password}\n{password}", f"{password}\0"):
            assert other not in common, other


async def the_answer_stays_the_same(common: CommonPasswords) -> None:
    for _ in range(3):
        assert "password" in common
        assert UNCOMMON[0] not in common
