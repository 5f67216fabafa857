"""What is told of exceptions that are not ours: their kind and number and place, and none of their words."""

import errno
import warnings

import pytest
from aiohttp import ClientResponseError
from pymongo.errors import OperationFailure

from adapters.telemetry.unforeseen import in_short


class Deprecated(Exception):
    """Warns whoever asks for its code, as some libraries' exceptions do."""

    @property
    def code(self) -> int:
        warnings.warn("Do not ask.", DeprecationWarning, stacklevel=2)
        return 400


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("hush"), "KeyError"),
        (OSError(errno.ECONNREFUSED, "hush"), "ConnectionRefusedError 111 Connection refused"),
        (OperationFailure("hush", code=11000), "OperationFailure 11000"),
        (ClientResponseError(None, (), status=400, message="hush"), "ClientResponseError 400"),  # type: ignore[arg-type]
    ],
)
def test_an_exception_is_told_by_its_kind_and_number(error: Exception, told: str) -> None:
    assert in_short(error) == told


def test_asking_is_never_a_failure_of_its_own() -> None:
    """A line of the log that cannot be made would take the answer along that it is about."""
    assert in_short(Deprecated("hush")) == "Deprecated"
