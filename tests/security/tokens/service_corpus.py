"""Tokens that open no internal door: the same tricks against the services' own tokens."""

import json
from collections.abc import Mapping

from adapters.bootstrap.common import Caller
from adapters.bootstrap.settings import Service
from adapters.outbound.security.service_keys import ServiceKey
from tests.security.shops import Person, Shop, service_key
from tests.security.tokens.corpus import BEYOND, Corpus, shown_otherwise, spoilt
from tests.security.tokens.mint import Mint, Sign, hs256, raw_jws, rs256, unsigned
from tests.security.tokens.presented import token

STRANGER = ServiceKey.derived("nobody knows this service", "order")


def service_corpus(shop: Shop, person: Person, name: Caller, audience: Service) -> Corpus:
    """Tokens that `audience` takes for no service's, although it lets `name` in; `person` is an admin."""
    mint = Mint(shop)
    good = shop.service_token(name, audience)
    elsewhere: Service = "cart" if audience != "cart" else "product"
    texts = {
        **_by_claims(mint, name, audience, elsewhere),
        **_by_header(mint, name, audience),
        **_by_algorithm(mint, name, audience),
        **spoilt(good),
        "another service's, under its kid": mint.service_by_another(name, audience),
        "meant for another service": shop.service_token(name, elsewhere),
        "meant for the caller itself": mint.service(name, audience, claims={"aud": name}),
        "an admin's access token": person.access_token,
        "an admin's access token for this audience": mint.access(person, claims={"aud": audience}),
        "an access token that says it is a service's": mint.access(
            person, claims={"iss": name, "aud": audience}, header={"typ": "service+jwt"}
        ),
        "a refresh token": person.refresh_token,
    }
    return {**{fault: token(text) for fault, text in texts.items()}, **shown_otherwise(good)}


def _by_claims(mint: Mint, name: Caller, audience: Service, elsewhere: Service) -> Mapping[str, str]:
    """Signed by the right key."""
    now = mint.now()
    good = mint.service_claims(name, audience)
    changes: Mapping[str, Mapping[str, object]] = {
        **{f"no {claim}": {claim: None} for claim in good},
        **{f"{claim} is empty": {claim: ""} for claim in ("iss", "aud", "jti")},
        **{f"{claim} is a list": {claim: [good[claim]]} for claim in good},
        **{f"{claim} is an operator": {claim: {"$gt": ""}} for claim in good},
        "from another service": {"iss": "audit" if name != "audit" else "order"},
        "from a service that there is not": {"iss": "shipping"},
        "our audience and another": {"aud": [audience, elsewhere]},
        "an audience of all": {"aud": "*"},
        "the shop's audience": {"aud": "portico"},
        "expired": {"iat": now - 61, "exp": now - 1},
        "expires now": {"iat": now - 60, "exp": now},
        "exp is text": {"exp": str(now + 60)},
        "exp is a fraction": {"exp": now + 60.5},
        "exp is true": {"exp": True},
        "exp is huge": {"exp": BEYOND},
        "good for a second too long": {"exp": now + 61},
        "good for years": {"exp": now + 10**8},
        "issued in the future": {"iat": now + 600, "exp": now + 660},
        "not good yet": {"nbf": now + 600},
    }
    found = {fault: mint.service(name, audience, claims=claims) for fault, claims in changes.items()}
    header, sign = json.dumps(mint.service_header(name)), service_key(name).private.sign
    for claims in ("[]", '"text"', "null", "{}", "{", ""):
        found[f"the claims are {claims!r}"] = raw_jws(header, claims, sign)
    twice = f'{json.dumps(good)[:-1]}, "aud": "{elsewhere}"}}'
    return {**found, "aud twice, the last of them wrong": raw_jws(header, twice, sign)}


def _by_header(mint: Mint, name: Caller, audience: Service) -> Mapping[str, str]:
    """Another typ, another key or the way to one, or a demand that nobody knows."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": STRANGER.public, "kid": STRANGER.public}
    kids: Mapping[str, object] = {
        "none": None,
        "empty": "",
        "a path": "../../../../dev/null",
        "an operator": {"$ne": None},
        "a number": 1,
        "a list": [service_key(name).public],
        "long": "k" * 3_000,
        "the service's name": name,
        "padded": f"{service_key(name).public}=",
    }
    typs: Mapping[str, object] = {"none": None, "JWT": "JWT", "at+jwt": "at+jwt", "SERVICE+JWT": "SERVICE+JWT"}
    demands: Mapping[str, Mapping[str, object]] = {
        "crit with what nobody knows": {"crit": ["portico"], "portico": True},
        "b64 false": {"b64": False, "crit": ["b64"]},
    }
    by_a_stranger: Mapping[str, Mapping[str, object]] = {
        "signed by a stranger": {},
        "signed by a stranger, by its kid": {"kid": STRANGER.public},
        "a key that it brings along": {"jwk": jwk, "kid": STRANGER.public},
        "a key that it brings along, under our kid": {"jwk": jwk},
        "a key to be fetched": {"jku": "https://thief.example/jwks.json", "kid": STRANGER.public},
    }
    stranger = STRANGER.private.sign
    return {
        **{f"a kid that is {kid}": mint.service(name, audience, header={"kid": value}) for kid, value in kids.items()},
        **{f"a typ that is {typ}": mint.service(name, audience, header={"typ": value}) for typ, value in typs.items()},
        **{fault: mint.service(name, audience, header=header) for fault, header in demands.items()},
        **{
            fault: mint.service(name, audience, header=header, sign=stranger) for fault, header in by_a_stranger.items()
        },
    }


def _by_algorithm(mint: Mint, name: Caller, audience: Service) -> Mapping[str, str]:
    """The attacker chooses the algorithm."""
    key = service_key(name)
    raw = key.private.public_key().public_bytes_raw()
    texts: Mapping[str, tuple[str, Sign]] = {
        **{f"no algorithm, as {alg}": (alg, unsigned) for alg in ("none", "None", "nOnE")},
        "HS256 with the public key's bytes": ("HS256", hs256(raw)),
        "HS256 with the public key as text": ("HS256", hs256(key.public.encode())),
        "HS256 with the name": ("HS256", hs256(name.encode())),
        "HS256 with nothing": ("HS256", hs256(b"")),
        "RS256 by the user service's key": ("RS256", rs256(mint.key)),
        "EdDSA by the user service's key": ("EdDSA", rs256(mint.key)),
        "Ed448": ("Ed448", key.private.sign),
        "in small letters": ("eddsa", key.private.sign),
        "not signed": ("EdDSA", unsigned),
        "signed with zeros": ("EdDSA", lambda signed: bytes(64)),
        "a signature's other spelling": ("EdDSA", _one_order_higher(key)),
    }
    return {fault: mint.service(name, audience, header={"alg": alg}, sign=sign) for fault, (alg, sign) in texts.items()}


def _one_order_higher(key: ServiceKey) -> Sign:
    """The signature with the group's order added to its second half, which RFC 8032, section 5.1.7, has refused."""
    order = 2**252 + 27742317777372353535851937790883648493

    def sign(signed: bytes) -> bytes:
        signature = key.private.sign(signed)
        higher = int.from_bytes(signature[32:], "little") + order
        return signature[:32] + higher.to_bytes(32, "little")

    return sign
