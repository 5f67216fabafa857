"""How settings are read, and what is said of those that are wrong."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

READ = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)
"""A wrong value is named by its variable alone: it may be a secret. Only those kinds are built that are read."""

NOT_SET = SecretStr("")

S = TypeVar("S", bound=BaseSettings)


class WrongSettings(Exception):
    """Some variables have values that cannot be; `faults` names each with what is wrong, and without its value."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def checked(kind: type[S], values: Mapping[str, object]) -> S:
    """Settings by `values`, and for the rest by the environment. Raises: WrongSettings."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, each['loc'])).upper() or 'Settings'}: {each['msg']}" for each in error.errors())
        raise WrongSettings(*found) from None


def read(kind: type[S]) -> S:
    """The settings of a process, from its environment. Raises: SystemExit, with a line for each that is wrong."""
    try:
        return checked(kind, {})
    except WrongSettings as wrong:
        raise SystemExit(str(wrong)) from None
