"""The contract of `core.user.ports.AccessTokens`: what is issued, and what the services make of it."""

import base64
import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from core.shared.context import SignedIn
from core.shared.errors import Unauthenticated
from core.shared.ports import TokenVerifier
from core.user.model import User
from core.user.ports import AccessTokens
from tests.builders import an_id
from tests.core.user.people import a_user, an_address
from tests.fakes import FixedClock

SESSION = an_id(50)
SECONDS_MAX = 900
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""What a JSON Web Key has of secrets (RFC 7518, sections 6.3.2 and 6.4)."""


class Issuing(Protocol):
    """Access tokens as they are issued now, and as they were `earlier`, before there was a new key."""

    tokens: AccessTokens
    earlier: AccessTokens
    clock: FixedClock

    @abstractmethod
    def service(self) -> TokenVerifier:
        """A service that has just begun, and has the keys as they are published now."""


async def a_token_names_the_user_their_roles_and_the_session(issuing: Issuing) -> None:
    service = issuing.service()
    for number, roles in enumerate(({"customer"}, {"customer", "admin"}, {"admin"}, set[Any]())):
        user, session = a_user(number, roles=frozenset(roles)), an_id(number + 100)
        token = issuing.tokens.issue(user=user, session_id=session)
        known = SignedIn(id=user.id, kind="customer", roles=frozenset(roles), session_id=session)
        assert await service.verify(token.text) == known


async def a_token_tells_no_more_of_the_user(issuing: Issuing) -> None:
    user = a_user(1, phone="+44 117 496 0000", addresses=(an_address(1),), email_verified=True)
    text = json.dumps(_parts(_issued(issuing, user)))
    address = user.addresses[0]
    for private in (user.email, user.name, user.phone, user.password_hash, "$correct horse", address.line1, "Bristol"):
        assert private not in text
    assert not any(word in text for word in ("email", "phone", "address", "password", "verified"))


async def a_token_is_good_for_as_long_as_it_says(issuing: Issuing) -> None:
    for wait in (0, 1, 3600):
        issuing.clock.advance(wait)
        token = issuing.tokens.issue(user=a_user(), session_id=SESSION)
        service = issuing.service()
        await service.verify(token.text)
        issuing.clock.advance(token.expires_in - 1)
        await service.verify(token.text)
        issuing.clock.advance(1)
        with pytest.raises(Unauthenticated):
            await service.verify(token.text)


async def a_token_is_good_for_a_quarter_of_an_hour_at_most(issuing: Issuing) -> None:
    assert 60 <= issuing.tokens.issue(user=a_user(), session_id=SESSION).expires_in <= SECONDS_MAX


async def a_token_is_new_each_time(issuing: Issuing) -> None:
    tokens = {_issued(issuing) for _ in range(10)}
    assert len(tokens) == 10
    assert len({_parts(token)[1]["jti"] for token in tokens}) == 10


async def what_is_published_is_public(issuing: Issuing) -> None:
    published = json.loads(json.dumps(issuing.tokens.jwks()))
    assert set(published) == {"keys"}
    assert len(published["keys"]) >= 1
    for jwk in published["keys"]:
        assert not PRIVATE & set(jwk)
        assert jwk.get("use") == "sig"
        assert jwk["kty"] != "oct"


async def a_token_names_its_key_which_is_among_the_published(issuing: Issuing) -> None:
    kids = [jwk["kid"] for jwk in json.loads(json.dumps(issuing.tokens.jwks()))["keys"]]
    assert len(set(kids)) == len(kids)
    assert _parts(_issued(issuing))[0]["kid"] in kids


async def a_new_key_leaves_the_tokens_of_the_last_one_good(issuing: Issuing) -> None:
    old, new = issuing.earlier.issue(user=a_user(1), session_id=SESSION).text, _issued(issuing, a_user(2))
    service = issuing.service()
    assert (await service.verify(old)).id == a_user(1).id
    assert (await service.verify(new)).id == a_user(2).id
    assert _parts(old)[0]["kid"] != _parts(new)[0]["kid"]


def _issued(issuing: Issuing, user: User | None = None) -> str:
    return issuing.tokens.issue(user=user or a_user(), session_id=SESSION).text


def _parts(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    header, claims, _ = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(header), json.loads(claims)
