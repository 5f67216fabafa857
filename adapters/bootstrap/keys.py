"""The work behind `shop keys`, and behind the keys that `shop up` makes for itself."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.bootstrap.identities import CALLERS
from adapters.inbound.cli.errors import CommandFailed
from adapters.outbound.security.bundle import SETTLED, Bundle, Unsettled
from adapters.outbound.security.keys import signing_keys
from adapters.outbound.security.service_keys import ServiceKey


def new_signing_keys() -> str:
    return Bundle.new().text


def rotated_signing_keys(bundle: str, force: bool = False) -> str:
    """The bundle one rotation on. Raises: CommandFailed."""
    try:
        return Bundle.of(bundle).rotated(at=datetime.now(UTC), force=force).text
    except Unsettled as early:
        raise CommandFailed(
            f"The last change is less than {SETTLED.seconds // 60} minutes old: tokens of the key that would be dropped"
            f" may still be good, and the next key not be known everywhere. Come back at"
            f" {early.settles:%H:%M} UTC; or say --force, and some may be refused."
        ) from early
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def signing_key_roles(bundle: str) -> Sequence[tuple[str, str]]:
    """For each key its `kid`, and "signs", "next" or "retired". Raises: CommandFailed."""
    try:
        return Bundle.of(bundle).roles
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def public_signing_keys(bundle: str) -> str:
    """The public halves of all keys of a bundle, as the user service publishes them. Raises: CommandFailed."""
    try:
        return json.dumps({"keys": [key.jwk for key in signing_keys(bundle)]})
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def callers() -> Sequence[str]:
    return CALLERS


def new_service_key() -> str:
    return ServiceKey.new().pem


def public_service_key(pem: str) -> str:
    """As PEER_KEYS names it. Raises: CommandFailed."""
    try:
        return ServiceKey.of(pem).public
    except ValueError as error:
        raise CommandFailed(str(error)) from error
