"""Every operation, spoilt at every place by everything in the corpus."""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from tests.security.hostile import corpus
from tests.security.hostile.asking import Ask, Headers
from tests.security.hostile.corpus import CANARY
from tests.security.hostile.operations import Leaf
from tests.security.hostile.stage import Good, filled

BODY_LIMIT = 1_048_576
SECRET = ("password", "token", "authorization")
_HERE = "\x00here\x00"


def attacks(good: Good) -> Iterator[Ask]:
    """All that is tried on one operation."""
    yield from on_path(good)
    yield from on_query(good)
    yield from on_declared_headers(good)
    # Read by the same few lines for all operations, so each tries every seventh, and all together everything.
    yield from itertools.islice(on_headers(good), len(good.operation.path) % 7, None, 7)
    yield from on_method(good)
    if good.body is not None:
        yield from on_leaves(good)
        yield from on_members(good)
        yield from on_media(good)
    if good.operation.media:
        yield from on_body(good)
    yield from on_length(good)


def on_path(good: Good) -> Iterator[Ask]:
    for name in good.path:
        for kind, text in _texts():
            for sent in {quote(text, safe="", errors="surrogatepass"), quote(text, errors="surrogatepass")}:
                target = filled(good.operation.path, {**good.path, name: sent})
                yield _ask(good, f"path: {kind}", target=target, elsewhere="/" in sent or not sent)
        for sent in ("%ff", "%ed%a0%80", "%c0%af", "%", "%zz", "%f4%90%80%80", "a%00", "$ne", "[$ne]", "%e2%80%ae"):
            target = filled(good.operation.path, {**good.path, name: sent})
            yield _ask(good, "path: bytes", target=target)
    for trick in corpus.PATH_TRICKS:
        yield _ask(good, "path: trick", target=trick.format(path=good.target), elsewhere=True)
    yield _ask(good, "path: trick", target=good.target.upper(), elsewhere=True)
    yield _ask(good, "path: trick", target=good.target.replace("/", "//"), elsewhere=True)
    yield _ask(good, "path: long", target=good.target + "/x" * 4_000, elsewhere=True)


def on_query(good: Good) -> Iterator[Ask]:
    names = [place.name for place in good.operation.places if place.where == "query"]
    for name in names:
        for kind, text in _texts():
            yield _query(good, f"query: {kind}", f"{name}={quote(text, safe='', errors='surrogatepass')}")
        for sent in ("%ff", "%ed%a0%80", "%c0%af", "%", "%zz", "%00", "a%00b", "+", "%0d%0aX:y", "\xff", "=", "a;b=c"):
            yield _query(good, "query: bytes", f"{name}={sent}")
        for operator in ("$ne", "$gt", "$where", "$regex", "", "0", "__proto__"):
            yield _query(good, "query: operator", f"{name}[{operator}]={CANARY}")
            yield _query(good, "query: operator", f"{name}.{operator}={CANARY}")
        yield _query(good, "query: flood", "&".join([f"{name}=1"] * 10_000))
        yield _query(good, "query: repeated", f"{name}=1&{name}=2&{name.upper()}=3")
        yield _query(good, "query: long", f"{name}=" + "1" * 65_536)
    for sent in ("$where=sleep(9)", "__proto__[admin]=1", "a" * 65_536, "&" * 65_536, "?" * 900, "%00=%00", "%ff=%fe"):
        yield _query(good, "query: unknown", sent)
    yield _query(good, "query: flood", "&".join(f"a{number}=1" for number in range(10_000)))


def on_headers(good: Good) -> Iterator[Ask]:
    for name in (*corpus.READ_HEADERS, *corpus.OVERRIDES):
        for kind, values in corpus.FIELD_VALUES.items():
            for value in values:
                yield _with(good, f"header: {kind}", name, value)
        yield _with(good, "header: twice", name, b"a", b"b")
        yield _with(good, "header: flood", name, *[b"1"] * 500)
    for value in corpus.HOSTS:
        for name in ("Host", "X-Forwarded-Host"):
            yield _with(good, "header: forged host", name, value)
    for name in corpus.OVERRIDES:
        for value in (b"DELETE", b"PUT", b"/internal/v1/stock", b"GET"):
            yield _with(good, "header: method override", name, value)
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        for value in (
            b"127.0.0.1",
            b"::1",
            b"1.2.3.4, " * 500,
            b"for=127.0.0.1",
            b"[::1",
            b"999.1.1.1",
            b"1.2.3.4:99999",
        ):
            yield _with(good, "header: forwarded", name, value)


def on_declared_headers(good: Good) -> Iterator[Ask]:
    """Those that the operation names are tried with everything."""
    for place in good.operation.places:
        if place.where == "header":
            for kind, value in _bytes():
                yield _with(good, f"header: {kind}", place.name, value)
            for number in ("9" * 5_000, "1." + "9" * 5_000, "-1", "1e5", "\u0661", "1.1.1", "0" * 30 + "1", ""):
                yield _with(good, "header: entity tag", place.name, f'"{number}"'.encode())
                yield _with(good, "header: entity tag", place.name, f'W/"{number}", "1"'.encode())


def on_method(good: Good) -> Iterator[Ask]:
    for method in corpus.METHODS:
        yield _ask(good, "method: other", method=method, elsewhere=True)


def on_leaves(good: Good) -> Iterator[Ask]:
    for leaf in good.operation.leaves(good.body):
        secret = any(word in leaf.name for word in SECRET)
        for kind, text in _texts():
            for token in _text_tokens(f"{CANARY}{text}" if secret else text):
                yield _json(
                    good, f"text: {kind}", _put(good.body, leaf, token), secret=secret, refused=_wrong(leaf, token)
                )
        for kind, tokens in corpus.JSON.items():
            for token in tokens:
                spoilt = _put(good.body, leaf, token)
                yield _json(good, f"value: {kind}", spoilt, secret=secret, refused=_wrong(leaf, token))


def on_members(good: Good) -> Iterator[Ask]:
    """Objects with members left out, added, and named twice."""
    objects = [
        (),
        *(leaf.path for leaf in good.operation.leaves(good.body) if isinstance(_at(good.body, leaf.path), dict)),
    ]
    for path in objects:
        for name in ("$where", "$set", "a.b", "__proto__", "", "constructor", "id", "version", "roles", "\u202e"):
            spoilt = _copy(good.body)
            _at(spoilt, path)[name] = {"$gt": CANARY}
            yield _json(good, "member: added", json.dumps(spoilt).encode(), refused=True)
        for name in list(_at(good.body, path)):
            spoilt = _copy(good.body)
            del _at(spoilt, path)[name]
            yield _json(good, "member: left out", json.dumps(spoilt).encode())
            spoilt = _copy(good.body)
            _at(spoilt, path)[name] = _HERE
            twice = json.dumps(spoilt).replace(json.dumps(_HERE), f'1, {json.dumps(name)}: {{"$gt": ""}}')
            yield _json(good, "member: twice", twice.encode(), refused=True)


def on_body(good: Good) -> Iterator[Ask]:
    for kind, bodies in corpus.WHOLE.items():
        for body in bodies:
            yield _json(good, f"body: {kind}", body)
    if good.body is None:
        for kind, tokens in corpus.JSON.items():
            yield _json(good, f"body: {kind}", b"\n".join(tokens) + b"\n")
        return
    right = _right(good)
    for body in (right[:-1], right + b"\x00", right + b"{}", b"\xef\xbb\xbf" + right, right.decode().encode("utf-16")):
        yield _json(good, "body: spoilt", body, refused=True)


def on_media(good: Good) -> Iterator[Ask]:
    right = _right(good)
    others = [(name, value) for name, value in _headers(good) if name != b"Content-Type"]
    for media in corpus.MEDIA_TYPES:
        types = [(b"Content-Type", each) for each in media]
        yield _ask(good, "media: type", headers=[*others, *types], body=right)
    for encoding in corpus.ENCODINGS:
        yield _ask(good, "media: coding", headers=[*_headers(good), (b"Content-Encoding", encoding)], body=right)
    form = "&".join(f"{name}={quote(str(value))}" for name, value in good.body.items()).encode()
    types = [(b"Content-Type", b"application/x-www-form-urlencoded")]
    yield _ask(good, "media: form", headers=[*others, *types], body=form, refused=bool(good.operation.body_required))


def on_length(good: Good) -> Iterator[Ask]:
    """Ten megabytes, declared and not, to operations that take a body and to those that take none."""
    takes = bool(good.operation.media)
    size = 10 * BODY_LIMIT
    yield _ask(good, "length: long, declared", size=size, headers=[*_headers(good), _length(str(size))], refused=takes)
    yield _ask(good, "length: long", size=size, refused=takes)
    yield _ask(good, "length: long, denied", size=size, headers=[*_headers(good), _length("2")], refused=takes)
    for length in ("9" * 5_000, "-1", "+1", "1e9", "0x10", "1,1", "\xb2", "", " "):
        yield _ask(good, "length: wrong", headers=[*_headers(good), _length(length)], body=_right(good))


def _length(text: str) -> tuple[bytes, bytes]:
    return b"Content-Length", text.encode("latin-1")


def _texts() -> Iterator[tuple[str, str]]:
    return ((kind, text) for kind, texts in corpus.TEXTS.items() for text in texts)


def _bytes() -> Iterator[tuple[str, bytes]]:
    return ((kind, value) for kind, values in corpus.FIELD_VALUES.items() for value in values)


def _text_tokens(text: str) -> list[bytes]:
    """The text as JSON: escaped, and as it is if it has a form in UTF-8."""
    escaped = json.dumps(text).encode()
    try:
        plain = json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return [escaped]
    return [escaped] if plain == escaped else [escaped, plain]


def _wrong(leaf: Leaf, token: bytes) -> bool:
    """Whether no such value may stand there, or it is none; RFC 8259 knows one kind of number, so 1.0 is an integer."""
    try:
        value = json.loads(token, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return True
    kind = _kind(value)
    return kind not in leaf.kinds and not (kind == "integer" and "number" in leaf.kinds)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _put(body: Any, leaf: Leaf, token: bytes) -> bytes:
    spoilt = _copy(body)
    _at(spoilt, leaf.path[:-1])[leaf.path[-1]] = _HERE
    return json.dumps(spoilt).encode().replace(json.dumps(_HERE).encode(), token)


def _copy(body: Any) -> Any:
    return json.loads(json.dumps(body))


def _at(body: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        body = body[step]
    return body


def _json(good: Good, kind: str, body: bytes, *, refused: bool = False, secret: bool = False) -> Ask:
    return _ask(good, kind, body=body, refused=refused, secret=secret)


def _query(good: Good, kind: str, query: str) -> Ask:
    return _ask(good, kind, target=f"{good.target}?{query}", body=_right(good))


def _with(good: Good, kind: str, name: str, *values: bytes) -> Ask:
    others = [(key, value) for key, value in _headers(good) if key.decode().lower() != name.lower()]
    return _ask(good, kind, headers=[*others, *((name.encode(), value) for value in values)], body=_right(good))


def _ask(good: Good, kind: str, **changes: Any) -> Ask:
    asked: dict[str, Any] = {
        "method": good.operation.method,
        "target": good.target,
        "headers": _headers(good),
        **changes,
    }
    return Ask(kind=kind, **asked)


def _right(good: Good) -> bytes:
    return b"" if good.body is None else json.dumps(good.body).encode()


def _headers(good: Good) -> Headers:
    return [(name.encode(), value.encode()) for name, value in good.headers.items()]


def right(good: Good) -> Ask:
    """The request that nothing is wrong with."""
    return _ask(good, "right", body=_right(good))
