"""How settings are read, and what is said of those that are wrong."""

import os
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

READ = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True, validate_default=True)
"""A wrong value is named by its variable alone: it may be a secret. Only those kinds are built that are read.

A default is checked as well, since what it is checked by may make another value of it.
"""

NOT_SET = SecretStr("")

S = TypeVar("S", bound=BaseModel)


class WrongSettings(Exception):
    """Some variables have values that cannot be; `faults` names each with what is wrong, and without its value."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def checked(kind: type[S], values: Mapping[str, object], *, environment: Mapping[str, str] = os.environ) -> S:
    """Settings by `values`, and for the rest by the environment, in capitals. Raises: WrongSettings."""
    told = {name: environment[name.upper()] for name in kind.model_fields if name.upper() in environment}
    try:
        return kind.model_validate({**told, **values})
    except ValidationError as error:
        found = (f"{'.'.join(map(str, each['loc'])).upper() or 'Settings'}: {each['msg']}" for each in error.errors())
        raise WrongSettings(*found) from None


def read(kind: type[S]) -> S:
    """The settings of a process, from its environment. Raises: SystemExit, with a line for each that is wrong."""
    try:
        return checked(kind, {})
    except WrongSettings as wrong:
        raise SystemExit(str(wrong)) from None
