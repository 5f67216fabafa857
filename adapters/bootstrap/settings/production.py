"""What a process refuses to start with where `ENVIRONMENT=production`: a rule for every setting that matters there.

OWASP ASVS 5.0, chapter 13: no default credentials, no stand-ins for secrets, nothing of development. A rule says what
is wrong and the way out, and never the value, which may be a secret (a mistyped one, too).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from adapters.bootstrap.registry import resolve

BCRYPT_COST_MIN = 10
"""Less is for tests."""
SECRET_MIN = 32
"""Bytes of a secret key, as many as its HMAC's hash has (RFC 2104, section 3)."""
_VARIED = 8
"""Different characters that any secret of `SECRET_MIN` random bytes has, hexadecimal or not."""
_STAND_INS = re.compile(
    r"change.?me|replace|secret|password|example|develop|default|placehold|portico|letmein|qwerty", re.IGNORECASE
)
_LOCAL = ("localhost", "127.0.0.1", "::1", "")
_RANDOM = "Make one by `openssl rand -base64 48`."

Rule = Callable[[Any, str], str]
"""Of settings, which are still being made, and a field's name: what is wrong with it, or nothing."""


def faults(settings: Any, rules: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """Each field that is not good enough for production, with a sentence."""
    for name, rule in rules.items():
        if fault := rule(settings, name):
            yield name, fault


def is_stand_in(secret: str) -> bool:
    """Whether anyone could have typed it: too short, a word that such values have, or hardly any variety."""
    return (
        len(secret.encode()) < SECRET_MIN
        or len(set(secret)) < _VARIED
        or secret in (secret + secret)[1:-1]  # one text over and over
        or _STAND_INS.search(secret) is not None
    )


def _random_secret(settings: Any, name: str) -> str:
    return f"This is no random secret of {SECRET_MIN} bytes. {_RANDOM}" if is_stand_in(_told(settings, name)) else ""


def _of_the_user_service(rule: Rule) -> Rule:
    """No other service needs it, so none is asked for it: a secret is best kept where few have it."""
    return lambda settings, name: rule(settings, name) if settings.service == "user" else ""


def _retired_peppers(settings: Any, name: str) -> str:
    """What was good enough once may be retired; but nobody began in production with development's pepper."""
    pepper: SecretStr = type(settings).model_fields["password_pepper"].default
    known = pepper.get_secret_value() in _told(settings, name).split(",")
    return "The pepper of development is among them. Take it out." if known else ""


def _service_key(settings: Any, name: str) -> str:
    return _keys_fault(name, _told(settings, name), lambda pem: [_identities("own_key")(settings.service, pem).public])


def _peer_keys(settings: Any, name: str) -> str:
    return _keys_fault(name, getattr(settings, name), _identities("callers"))


def _keys_fault(name: str, text: str, publics: Callable[[str], Iterable[str]]) -> str:
    """`publics` are the public keys in the text, or public halves of those in it."""
    try:
        known = any(map(_identities("is_known_to_everyone"), publics(text)))
    except ValueError as error:
        return str(error).removeprefix(f"{name.upper()}: ")
    if known:
        return "There is none, or one of development, which everyone knows. Make keys by `shop keys service`."
    return ""


def _identities(name: str) -> Any:
    """Imported when it is needed: elsewhere, settings are read without what keys are made of."""
    return resolve(f"adapters.bootstrap.identities:{name}")


def _signing_keys(settings: Any, name: str) -> str:
    if _told(settings, name) or settings.signing_keys_file:
        return ""
    return "There are none. Make some by `shop keys new`, and set this or SIGNING_KEYS_FILE."


def _store(settings: Any, name: str) -> str:
    store = settings.store_of(settings.service)
    if store.variable.lower() != name:
        return ""
    if store.technology == "memory":
        return "This store forgets at every restart. Use mongo, and set MONGO_URL."
    return _address(store.address) if store.addressed_by == store.variable else ""


def _mongo_url(settings: Any, name: str) -> str:
    store = settings.store_of(settings.service)
    if store.addressed_by.lower() != name:
        return ""
    if not store.address or settings.mongo_url == type(settings).model_fields["mongo_url"].default:
        return "It is not set. Set it to the address of your MongoDB."
    return _address(store.address)


def _address(address: str) -> str:
    """A password in it may be short, since it cannot be tried from afar; but it may not be a stand-in."""
    credentials, at, _ = address.partition("://")[2].rpartition("@")
    password = unquote(credentials.partition(":")[2])
    weak = at and ":" in credentials and (len(set(password)) < _VARIED or _STAND_INS.search(password))
    return "The password in this address is a stand-in. Give the database's user a random one." if weak else ""


def _issuer(settings: Any, name: str) -> str:
    url = urlsplit(getattr(settings, name))
    if url.scheme == "https" and (url.hostname or "") not in _LOCAL:
        return ""
    return "This is not the shop's public address. Set it to an address that begins with https://."


def _trusted_hops(settings: Any, name: str) -> str:
    if name in settings.model_fields_set:
        return ""
    return "It is not set. Say how many proxies of yours a request passes: 1 behind a load balancer, 0 behind none."


def _origins(settings: Any, name: str) -> str:  # noqa: ARG001 - a rule's
    if all(origin.startswith("https://") for origin in settings.origins):
        return ""
    return "What comes without TLS can be changed on its way. Use origins that begin with https://."


def _docs(settings: Any, name: str) -> str:
    return "The pages for developers are served. Set it to false." if getattr(settings, name) else ""


def _bcrypt_cost(settings: Any, name: str) -> str:
    if getattr(settings, name) >= BCRYPT_COST_MIN:
        return ""
    return f"Passwords would be guessed too fast. Use at least {BCRYPT_COST_MIN}."


def _publisher(settings: Any, name: str) -> str:
    return "This publisher keeps events to itself. Use another." if getattr(settings, name) == "memory" else ""


def _queue(settings: Any, name: str) -> str:
    url = getattr(settings, name)
    if not url and settings.event_publisher == "sqs":
        return "It is not set. EVENT_PUBLISHER=sqs needs the URL of a FIFO queue."
    if url and not url.startswith("https://"):
        return "What goes without TLS can be read on its way. Use a URL that begins with https://."
    return ""


def _throttle(settings: Any, name: str) -> str:
    fault = "Each replica would count for itself, and forget at every restart. Use mongo."
    return fault if getattr(settings, name) == "memory" else ""


def _notifier(settings: Any, name: str) -> str:
    keeps = getattr(settings, name) in ("console", "memory")
    return "Nobody but this machine would get the mails. Use ses, and set MAIL_FROM." if keeps else ""


def _link(settings: Any, name: str) -> str:
    if getattr(settings, name).startswith("https://"):
        return ""
    return "It leads to no page of the shop. Set it to one that takes the token, and begins with https://."


def _mail_from(settings: Any, name: str) -> str:
    if getattr(settings, name) or settings.notifier != "ses":
        return ""
    return "It is not set. Set it to an address that SES knows to be yours."


def _admin(settings: Any, name: str) -> str:
    return "Whoever registers with it is an admin. Unset it; use `shop grant-admin`." if getattr(settings, name) else ""


def _told(settings: Any, name: str) -> str:
    secret: SecretStr = getattr(settings, name)
    return secret.get_secret_value()


RULES: Mapping[str, Rule] = {
    "service_key": _service_key,
    "peer_keys": _peer_keys,
    "password_pepper": _of_the_user_service(_random_secret),
    "password_peppers_retired": _of_the_user_service(_retired_peppers),
    "signing_keys": _of_the_user_service(_signing_keys),
    "store": _store,
    "product_store": _store,
    "user_store": _store,
    "cart_store": _store,
    "order_store": _store,
    "mongo_url": _mongo_url,
    "token_issuer": _issuer,
    "trusted_hops": _trusted_hops,
    "cors_origins": _origins,
    "docs": _docs,
    "bcrypt_cost": _of_the_user_service(_bcrypt_cost),
    "event_publisher": _publisher,
    "events_queue_url": _queue,
    "throttle": _of_the_user_service(_throttle),
    "notifier": _of_the_user_service(_notifier),
    "mail_from": _of_the_user_service(_mail_from),
    "verify_email_link": _of_the_user_service(_link),
    "password_reset_link": _of_the_user_service(_link),
    "bootstrap_admin_email": _admin,
}
"""By the field's name; a test asks for one for every secret there is."""
RULES_OF_FUNCTIONS: Mapping[str, Rule] = {
    name: rule for name, rule in RULES.items() if name not in ("service_key", "peer_keys")
}
"""Functions do not call each other: what they need of other services is in the same process."""
_STORES = ("store", "product_store", "user_store", "cart_store", "order_store", "mongo_url")
RULES_OF_EVENTS: Mapping[str, Rule] = {name: RULES[name] for name in _STORES}
"""Of the function that hears of orders: it answers nobody and writes to nobody."""
RULES_OF_SCHEDULE: Mapping[str, Rule] = {
    **RULES_OF_EVENTS,
    "token_issuer": _issuer,
    "event_publisher": _publisher,
    "events_queue_url": _queue,
    "notifier": _notifier,
    "mail_from": _mail_from,
    "verify_email_link": _link,
    "password_reset_link": _link,
}
"""Of the function that works in rounds: it answers nobody, but publishes events and sends mails."""
