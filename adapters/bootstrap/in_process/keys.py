"""The public keys that a function checks customers' tokens by, as its settings have them."""

from adapters.bootstrap.settings import FunctionSettings
from adapters.outbound.security.configured_keys import ConfiguredKeys


def public_keys(settings: FunctionSettings) -> ConfiguredKeys:
    """Raises: ValueError, naming the setting, for a private key or what is no key at all."""
    try:
        return ConfiguredKeys.of(settings.public_keys)
    except ValueError as error:
        raise ValueError(f"PUBLIC_KEYS: {error}") from error
