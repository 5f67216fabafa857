"""Tokens that open no door: forged, altered, of another kind, for somebody else, or shown in another way.

After RFC 8725 (JWT best current practices) and RFC 9700; the numbers are its sections.
"""

import json
import zlib
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from adapters.outbound.security.keys import SigningKey
from tests.adapters.security.holders import key
from tests.security.shops import Person, Shop
from tests.security.tokens.mint import Mint, Sign, base64url, bytes_of, hs256, jws, raw_jws, rs256, unsigned
from tests.security.tokens.presented import Presented, authorization, token

Corpus = Mapping[str, Presented]
"""By what is wrong with them."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BEYOND = 10**30


async def access_corpus(shop: Shop, person: Person) -> Corpus:
    """Tokens that no route takes for a customer's; `person` is an admin, so that the good one would open them all."""
    mint = Mint(shop)
    texts = {
        **_by_claims(mint, person),
        **_by_header(mint, person),
        **_by_algorithm(mint, person),
        **spoilt(person.access_token),
        "a refresh token": person.refresh_token,
        "a service's token": shop.service_token("order", "product"),
        "a service's token for this audience": mint.service(
            "order", "product", claims={"aud": shop.settings.token_audience}
        ),
        "another shop's token": mint.access(
            person, claims={"iss": "https://another.example"}, header={"kid": key(2).kid}, sign=rs256(key(2))
        ),
    }
    guest = (await shop.guest())["X-Cart-Token"].encode()
    bad = texts["cut short"].encode()
    return {
        **{fault: token(text) for fault, text in texts.items()},
        **shown_otherwise(person.access_token),
        "a bad one beside a good cart token": Presented(
            headers=[(b"authorization", b"Bearer " + bad), (b"x-cart-token", guest)]
        ),
    }


def _by_claims(mint: Mint, person: Person) -> Mapping[str, str]:
    """Signed by the right key; what it says is wrong (3.8 to 3.10)."""
    now = mint.now()
    good = mint.access_claims(person)
    changes: Mapping[str, Mapping[str, object]] = {
        **{f"no {name}": {name: None} for name in good},
        **{f"{name} is empty": {name: ""} for name in ("iss", "sub", "aud", "jti", "sid")},
        **{f"{name} is a list": {name: [good[name]]} for name in ("iss", "sub", "aud", "exp", "iat", "jti", "sid")},
        **{f"{name} is an operator": {name: {"$gt": ""}} for name in ("iss", "sub", "aud", "exp", "jti", "sid")},
        **{f"{name} is a number": {name: 7} for name in ("iss", "sub", "aud", "jti", "sid")},
        "another issuer": {"iss": "https://another.example"},
        "an issuer with a slash more": {"iss": f"{good['iss']}/"},
        "another audience": {"aud": "another-shop"},
        "our audience and another": {"aud": [good["aud"], "another-shop"]},
        "an audience in capitals": {"aud": str(good["aud"]).upper()},
        "a service's audience": {"aud": "product"},
        "a subject that is no id": {"sub": "admin"},
        "expired": {"iat": now - 901, "exp": now - 1},
        "expires now": {"iat": now - 900, "exp": now},
        "exp is text": {"exp": str(now + 900)},
        "exp is a fraction": {"exp": now + 900.5},
        "exp is true": {"exp": True},
        "exp is huge": {"exp": BEYOND},
        "exp is infinite": {"exp": float("inf")},
        "exp is not a number": {"exp": float("nan")},
        "exp is negative": {"exp": -1},
        "good for a second too long": {"exp": now + 901},
        "good for years": {"exp": now + 10**8},
        "iat is text": {"iat": str(now)},
        "iat is false": {"iat": False},
        "issued in the future": {"iat": now + 600, "exp": now + 1_500},
        "not good yet": {"nbf": now + 600},
        "nbf is text": {"nbf": "now"},
        "nbf is huge": {"nbf": BEYOND},
        "roles are text": {"roles": "admin"},
        "roles are an object": {"roles": {"admin": True}},
        "roles are numbers": {"roles": [1]},
    }
    found = {fault: mint.access(person, claims=claims) for fault, claims in changes.items()}
    header, sign = json.dumps(mint.access_header()), rs256(mint.key)
    for name, wrong in {"aud": "another-shop", "exp": 1, "iss": "https://another.example"}.items():
        twice = f'{json.dumps(good)[:-1]}, "{name}": {json.dumps(wrong)}}}'
        found[f"{name} twice, the last of them wrong"] = raw_jws(header, twice, sign)
    for claims in ("[]", '"text"', "null", "1", "", "{", "{}", "\ud800"):
        found[f"the claims are {claims!r}"] = raw_jws(header, claims, sign)
    packed = zlib.compress(json.dumps(good).encode(), wbits=-15)
    signed = f"{base64url(json.dumps({**mint.access_header(), 'zip': 'DEF'}).encode())}.{base64url(packed)}"
    found["compressed"] = f"{signed}.{base64url(sign(signed.encode()))}"
    return found


def _by_header(mint: Mint, person: Person) -> Mapping[str, str]:
    """Another typ (3.11), another key or the way to one (3.10), or a demand that nobody knows."""
    thief = key(2)
    brings: Mapping[str, Mapping[str, object]] = {
        "a key that it brings along": {"jwk": dict(thief.jwk)},
        "a key to be fetched": {"jku": "https://thief.example/jwks.json"},
        "a key to be fetched here": {"jku": "http://127.0.0.1:9/jwks.json"},
        "a certificate to be fetched": {"x5u": "https://thief.example/key.pem"},
        "a certificate that it brings along": {"x5c": ["MIIB"]},
        "a key by its thumbprint": {"x5t": "0" * 27, "x5t#S256": "0" * 43},
    }
    by_the_thief: Mapping[str, Mapping[str, object]] = {
        "signed by another key": {},
        **{f"{fault}, under our kid": members for fault, members in brings.items()},
        **{f"{fault}, under its kid": {**members, "kid": thief.kid} for fault, members in brings.items()},
        "another key by its kid": {"kid": thief.kid},
    }
    kids: Mapping[str, object] = {
        "none": None,
        "empty": "",
        "a path": "../../../../dev/null",
        "a file": "file:///etc/passwd",
        "a query": "' UNION SELECT 'key' --",
        "an operator": {"$ne": None},
        "a command": "key|/usr/bin/id",
        "an address": "https://thief.example/key",
        "a number": 1,
        "true": True,
        "a list": [mint.key.kid],
        "long": "k" * 3_000,
        "with a NUL": f"{mint.key.kid}\0",
        "with a blank": f" {mint.key.kid}",
        "in capitals": mint.key.kid.upper(),
        "with a line break": f"{mint.key.kid}\r\nX-Forged: 1",
    }
    typs: Mapping[str, object] = {
        "none": None,
        "empty": "",
        "JWT": "JWT",
        "AT+JWT": "AT+JWT",
        "application/at+jwt": "application/at+jwt",
        "service+jwt": "service+jwt",
        "a list": ["at+jwt"],
        "a number": 1,
    }
    demands: Mapping[str, Mapping[str, object]] = {
        "crit with what nobody knows": {"crit": ["portico"], "portico": True},
        "crit with exp": {"crit": ["exp"]},
        "crit that is empty": {"crit": []},
        "crit that is no list": {"crit": "exp"},
        "b64 false": {"b64": False, "crit": ["b64"]},
        "b64 false, and not critical": {"b64": False},
    }
    return {
        **{name: mint.access(person, header=header, sign=rs256(thief)) for name, header in by_the_thief.items()},
        **{f"a kid that is {name}": mint.access(person, header={"kid": kid}) for name, kid in kids.items()},
        **{f"a typ that is {name}": mint.access(person, header={"typ": typ}) for name, typ in typs.items()},
        **{name: mint.access(person, header=header) for name, header in demands.items()},
        "a header that is a list": raw_jws("[]", json.dumps(mint.access_claims(person)), rs256(mint.key)),
        "a header that is no JSON": raw_jws("{", json.dumps(mint.access_claims(person)), rs256(mint.key)),
        "a header that is deep": raw_jws("[" * 1_000, json.dumps(mint.access_claims(person)), rs256(mint.key)),
    }


def _by_algorithm(mint: Mint, person: Person) -> Mapping[str, str]:
    """The attacker chooses the algorithm (2.1, 3.1)."""
    public = mint.key.private.public_key()
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, info)
    secrets = {
        "the public key as PEM": pem,
        "the public key as PEM without its last line break": pem.rstrip(),
        "the public key as PKCS #1": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1),
        "the public key as DER": public.public_bytes(serialization.Encoding.DER, info),
        "the n of its JWK": str(mint.key.jwk["n"]).encode(),
        "the JWK": json.dumps(mint.key.jwk).encode(),
        "its kid": mint.key.kid.encode(),
        "nothing": b"",
    }
    others: Mapping[str, Sign] = {
        "RS384": lambda signed: mint.key.private.sign(signed, padding.PKCS1v15(), SHA384()),
        "RS512": lambda signed: mint.key.private.sign(signed, padding.PKCS1v15(), SHA512()),
        "PS256": lambda signed: mint.key.private.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()),
        "ES256": _es256,
        "EdDSA": lambda signed: bytes(64),
        "rs256": rs256(mint.key),
        "": rs256(mint.key),
    }
    texts: Mapping[str, tuple[Mapping[str, object], Sign]] = {
        **{f"no algorithm, as {alg}": ({"alg": alg}, unsigned) for alg in ("none", "None", "NONE", "nOnE")},
        **{f"HS256 with {name}": ({"alg": "HS256"}, hs256(secret)) for name, secret in secrets.items()},
        **{f"an algorithm of {alg!r}": ({"alg": alg}, sign) for alg, sign in others.items()},
        "an algorithm that is a list": ({"alg": ["RS256"]}, rs256(mint.key)),
        "no algorithm at all": ({"alg": None}, rs256(mint.key)),
        "not signed": ({}, unsigned),
        "signed with zeros": ({}, lambda signed: bytes(256)),
        "a signature one n higher": ({}, _one_n_higher(mint.key)),
        "a signature with a zero in front": ({}, lambda signed: b"\0" + rs256(mint.key)(signed)),
        "a signature of another hash": ({}, lambda signed: mint.key.private.sign(signed, padding.PKCS1v15(), SHA384())),
    }
    return {fault: mint.access(person, header=header, sign=sign) for fault, (header, sign) in texts.items()}


def spoilt(good: str) -> Mapping[str, str]:
    """A good token, and not quite."""
    header, claims, signature = good.split(".")
    flipped = bytearray(bytes_of(signature))
    flipped[0] ^= 1
    admin = claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB")
    return {
        "empty": "",
        "the text null": "null",
        "the text undefined": "undefined",
        "one dot": ".",
        "two dots": "..",
        "only dots": "." * 2_000,
        "no token": "correct-horse-battery-staple",
        "without its signature": f"{header}.{claims}",
        "with an empty signature": f"{header}.{claims}.",
        "without its claims": f"{header}..{signature}",
        "without its header": f".{claims}.{signature}",
        "a part too many": f"{good}.{signature}",
        "of five parts": f"{header}.{claims}.{signature}.{claims}.{signature}",
        "cut short": good[:-1],
        "cut in half": good[: len(good) // 2],
        "with something behind it": f"{good}A",
        "with a dot behind it": f"{good}.",
        "with a bit flipped": f"{header}.{claims}.{base64url(bytes(flipped))}",
        "with other claims": f"{header}.{admin}.{signature}",
        "with unused bits set": good[:-1] + ALPHABET[ALPHABET.index(good[-1]) ^ 1],
        "padded": f"{good}==",
        "padded, and too much": f"{good}====",
        "with letters that are none": f"{good[:-4]}~~~~{good[-4:]}",
        "with a blank in it": f"{good[:40]} {good[40:]}",
        "with a tab in it": f"{good[:40]}\t{good[40:]}",
        "with a line break in it": f"{good[:40]}\n{good[40:]}",
        "with a NUL in it": f"{good[:40]}\0{good[40:]}",
        "with a letter of another script": f"{good}é",
        "in full-width letters": "".join(chr(ord(letter) + 0xFEE0) for letter in good[:100]),
        "of 8 KB": good + "A" * 8_192,
        "of 1 MB": good + "A" * 1_048_576,
        "encrypted": ".".join((base64url(b'{"alg":"RSA-OAEP","enc":"A256GCM"}'), "A", "A", claims, "A")),
        "in a token": jws({"alg": "none", "typ": "at+jwt", "cty": "JWT"}, good, unsigned),
        "in JSON": json.dumps({"protected": header, "payload": claims, "signature": signature}),
    }


def shown_otherwise(good: str) -> Corpus:
    """The good token, or a bad one, where or how it does not belong (RFC 6750, section 2)."""
    text = good.encode()
    bad = text[:-4] + b"AAAA"
    return {
        "no header": Presented(),
        "an empty header": authorization(b""),
        "a scheme alone": authorization(b"Bearer"),
        "a token alone": authorization(text),
        "Basic": authorization(b"Basic " + text),
        "Token": authorization(b"Token " + text),
        "JWT": authorization(b"JWT " + text),
        "DPoP": authorization(b"DPoP " + text),
        "Bearer with a colon": authorization(b"Bearer: " + text),
        "Bearer twice": authorization(b"Bearer Bearer " + text),
        "bearer in small letters, and a bad token": authorization(b"bearer " + bad),
        "in quotes": authorization(b'Bearer "' + text + b'"'),
        "a list of a good and a bad one": authorization(b"Bearer " + text + b", Bearer " + bad),
        "a good and a bad one": authorization(b"Bearer " + text, b"Bearer " + bad),
        "a bad and a good one": authorization(b"Bearer " + bad, b"Bearer " + text),
        "the good one twice": authorization(b"Bearer " + text, b"Bearer " + text),
        "in the query": Presented(query=f"access_token={good}"),
        "in the query as a header": Presented(query=f"Authorization=Bearer%20{good}"),
        "in a cookie": Presented(headers=[(b"cookie", b"access_token=" + text)]),
        "in another header": Presented(headers=[(b"x-access-token", text), (b"x-authorization", b"Bearer " + text)]),
        "in a proxy's header": Presented(headers=[(b"proxy-authorization", b"Bearer " + text)]),
        "bytes that are no text": authorization(b"Bearer \xff\xfe"),
    }


def _es256(signed: bytes) -> bytes:
    r, s = decode_dss_signature(ec.generate_private_key(ec.SECP256R1()).sign(signed, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _one_n_higher(key: SigningKey) -> Callable[[bytes], bytes]:
    """The signature's other spelling modulo n, which RFC 8017, section 5.2.2, has to be refused."""

    def sign(signed: bytes) -> bytes:
        number = int.from_bytes(rs256(key)(signed), "big") + key.private.public_key().public_numbers().n
        return number.to_bytes(257, "big").lstrip(b"\0")

    return sign
