"""The contract of `core.user.ports.CommonPasswords`, as far as no stand-in of a few words can keep it."""

from core.user.ports import CommonPasswords

OF_MANY_KINDS = (
    "123456789 87654321 11111111 1q2w3e4r 1qaz2wsx qwerty123 asdfghjkl zxcvbnm123 abcd1234 aa123456 password123"
    " passw0rd p@ssw0rd baseball football superman starwars whatever michael1 jennifer computer internet corvette"
    " liverpool barcelona welcome1 changeme letmein1 sunshine1 shadow123 jordan23 chocolate butterfly"
).split()
"""Runs of keys, words, names, teams and spellings that people of many places came upon."""


async def common_passwords_of_many_kinds_are_known(common: CommonPasswords) -> None:
    assert [password for password in OF_MANY_KINDS if password not in common] == []
