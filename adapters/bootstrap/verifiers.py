"""Who checks customers' tokens, by the settings: apart from all else, since it is imported when a token comes."""

from adapters.bootstrap.settings import Settings
from adapters.outbound.security.access_token_verifier import AccessTokenVerifier
from core.shared.ports import Clock, KeySource


def access_tokens(settings: Settings, *, keys: KeySource, clock: Clock) -> AccessTokenVerifier:
    """By the published keys."""
    return AccessTokenVerifier(keys=keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=clock)
