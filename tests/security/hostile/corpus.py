"""What somebody sends who means no good, by kind: texts, JSON values, whole bodies, media types, headers and paths."""

import gzip
import json
from collections.abc import Mapping, Sequence

CANARY = "hunter2-canary"
"""Stands in for a password wherever something hostile is sent as one; it must come back from nowhere."""

_FORGED = "2036-01-02 03:04:05 INFO portico: all is well"

TEXTS: Mapping[str, Sequence[str]] = {
    "operator": ['{"$gt": ""}', "$where", "$ne", "a.b", "$", ".", "'; return true; var x='", "$$ROOT", "{$gt: ''}"],
    "prototype": ["__proto__", "constructor", "prototype.polluted", "__class__", "hasOwnProperty"],
    "pattern": [".*", "^", "(", "[", "*", "(?i)a", "\\", "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*" * 20],
    "slow pattern": ["a" * 180 + "!", "(" * 100 + "a" + ")+" * 100, "x*" * 90],
    "template": ["{{7*7}}", "${jndi:ldap://127.0.0.1/x}", "%s%s%n", "{0.__class__}", "<script>alert(1)</script>"],
    "query language": ["' OR '1'='1", "1; DROP TABLE users", "*)(uid=*", "x' || sleep(5) || '"],
    "line break": [f"a\r\n{_FORGED}", "a\nb", "a\rb", "a\u2028b", "a\x85b", "\r\nSet-Cookie: a=b\r\n\r\n<html>"],
    "control": ["\x1b[31mred", "a\x08b", "a\x7fb", "\x01", "\t"],
    "NUL": ["\0", "a\0b", "admin\0"],
    "surrogate": ["\ud800", "\udfff", "a\ud83db", "\udc00\ud800"],
    "direction": ["\u202egnp.exe", "\u2066a\u2069", "\u200b", "\ufeff", "\u200f", "\u061c"],
    "Unicode": ["\U0001f469\u200d\U0001f469\u200d\U0001f467" * 20, "a" + "\u0301" * 300, "\ufdfa" * 100, "İ" * 60],
    "number": ["NaN", "-0", "1e400", "10000000000000000000", "-1", "0x10", "1_0", "\u0665", "1.5", "9" * 5000],
    "long": ["x" * 201, "x" * 10_000, "\U0001f4a1" * 3_000],
    "empty": ["", " ", "\u00a0", "\t\n", "\u3000"],
    "path": ["../../../../etc/passwd", "..\\..\\win.ini", "file:///etc/passwd", "%00", "%0d%0a", "%2e%2e%2f"],
    "word": ["null", "true", "undefined", "[]", "[object Object]"],
}

_OPERATORS = ["$gt", "$ne", "$where", "$regex", "$in", "$exists", "$expr", "$function"]

JSON: Mapping[str, Sequence[bytes]] = {
    "operator object": [
        *(json.dumps({name: CANARY}).encode() for name in _OPERATORS),
        json.dumps({"$in": [CANARY, None]}).encode(),
        json.dumps({"$not": {"$eq": CANARY}}).encode(),
        json.dumps([{"$gt": CANARY}]).encode(),
    ],
    "dotted object": [b'{"a.b": "%s"}' % CANARY.encode(), b'{"": ""}', b'{"__proto__": {"admin": true}}'],
    "no JSON number": [b"NaN", b"Infinity", b"-Infinity", b"01", b"+1", b".5", b"0x10", b"1e", b"--1"],
    "number": [b"-0", b"-0.0", b"1.0", b"1.5", b"1e2", b"-1", b"0", b"5e-324", b"2147483648", b"1e300"],
    "large number": [b"1e400", b"-1e400", b"10000000000000000000", b"9223372036854775808", b"1" * 5_000, b"1e1000000"],
    "wrong type": [b"true", b"false", b"null", b"[]", b"{}", b'""', b"1", b'"1"', b"[[]]", b"[null]"],
    "huge array": [b"[%s]" % b",".join([b"1"] * 20_000), b"[%s]" % b",".join([b'"a"'] * 5_000)],
    "nested": [b"[" * 40 + b"]" * 40, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 100_000],
    "not UTF-8": [b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"\xf4\x90\x80\x80"', b'"a\xc3"'],
    "raw control": [b'"a\x00b"', b'"a\r\nb"', b'"\x1b"'],
    "bad escape": [rb'"\x41"', rb'"\u12"', b'"\\', b"'a'", b'"a'],
}

WHOLE: Mapping[str, Sequence[bytes]] = {
    "nested body": [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 900_000],
    "wrong body": [b"null", b"true", b"1", b'"a"', b"[]", b"[[]]", b"[{}]", json.dumps([{"$gt": ""}]).encode()],
    "operator body": [json.dumps({name: CANARY}).encode() for name in _OPERATORS],
    "no JSON": [b"{", b"{} {}", b"{}x", b"{'a': 1}", b"{a: 1}", b'{"a": 1,}', b"// a\n{}", b"<a/>", b"\x00", b"a=b"],
    "encoded body": [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-32"), b"{}\xff", b"+AHsAfQ-"],
    "compressed body": [gzip.compress(b"{}", mtime=0), gzip.compress(b"0" * 2**20, mtime=0)],
    "blank body": [b" ", b"\r\n", b"\t", b" " * 100_000],
    "duplicate name": [b'{"a": 1, "a": 2}', b'{"email": "a", "email": {"$gt": ""}}', rb'{"a": 1, "\u0061": 2}'],
    "many names": [b"{%s}" % b",".join(b'"%d":0' % number for number in range(30_000))],
    "huge body": [b"[%s]" % b",".join([b"[]"] * 200_000), b'"%s"' % (b"x" * 1_000_000)],
}

MEDIA_TYPES: Sequence[tuple[bytes, ...]] = (
    (),
    (b"",),
    (b"text/plain",),
    (b"text/json",),
    (b"application/x-www-form-urlencoded",),
    (b"multipart/form-data; boundary=x",),
    (b"application/json", b"text/plain"),
    (b"text/plain", b"application/json"),
    (b"application/json; charset=utf-16",),
    (b"application/json; charset=utf-7",),
    (b"application/json; charset=\xff",),
    (b'application/json; charset="',),
    (b"application/json;" + b"a=b;" * 5_000,),
    (b"application/json, text/html",),
    (b"application/\xe2\x80\xaejson",),
    (b"application/json\x00",),
    (b"*/*",),
    (b"/",),
    (b";",),
    (b"+json",),
    (b"application/+json",),
)

ENCODINGS = (b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip", b"\xff", b"", b"x" * 9_000)

FIELD_VALUES: Mapping[str, Sequence[bytes]] = {
    "header text": [b"", b" ", b"a", b"*", b"null", b"true", b"$gt", b'{"$gt": ""}', b"../..", b"%00", b"-1", b"1.5"],
    "header bytes": [b"\xff\xfe", b"\x00", b"a\x00b", b"\x7f", b"\x1b[31m", b"\xed\xa0\x80", b"\xe2\x80\xae"],
    "header line break": [b"a\r\nSet-Cookie: a=b", b"a\n" + _FORGED.encode(), b"\r\n\r\n<html>"],
    "header number": [
        b"0",
        b"1",
        b"9" * 5_000,
        b"10000000000000000000",
        b"-0",
        b"1e400",
        b"NaN",
        b"\xb2",
        b"+5",
        b"0x10",
        b"1_0",
    ],
    "long header": [b"x" * 9_000, b"," * 9_000, b'"a",' * 3_000, b" " * 9_000, b"(" * 9_000, b"W/" * 5_000],
}

READ_HEADERS = (
    *("Authorization", "X-Cart-Token", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id", "traceparent"),
    *("tracestate", "X-Request-Deadline-Ms", "Host", "Content-Length", "Content-Type", "Content-Encoding"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix"),
    *("Forwarded", "X-Real-IP", "Transfer-Encoding", "Expect", "Range", "Accept", "Accept-Encoding", "Cookie"),
    *("Origin", "Referer", "User-Agent", "Upgrade", "Connection", "Access-Control-Request-Method", "Authorization "),
)
"""What we read, and what somebody before or behind us may read."""

OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL")
METHODS = ("TRACE", "CONNECT", "PROPFIND", "FOO", "get", "POST\r\nX: y", "\u202eGET", "QUERY", "OPTIONS", "HEAD")

HOSTS = (
    *(b"", b"evil.example", b"evil.example:99999", b"[::1", b"a/b", b"a@b", b"a b", b"\xff", b"x" * 5_000),
    *(b"127.0.0.1\r\nX: y", b"[v1.x]", b"//a", b"?a", b"#", b"a:b:c", b"[", b"]"),
)

PATH_TRICKS = (
    *(
        "/{path}",
        "/.{path}",
        "/x/..{path}",
        "/%2e%2e{path}",
        "{path}/",
        "{path}/.",
        "{path}/..",
        "{path}%20",
        "{path}.",
    ),
    *("{path};a=b", "{path}%2f", "{path}%00", "{path}%0d%0a", "{path}%3fa=b", "{path}%23", "{path}\\", "{path}%5c.."),
    *("{path}%c0%ae", "{path}%ff", "{path}%u002f", "{path}%252f", "{path}/%2e%2e/x", "{path}:80", "{path}*", "{path}~"),
)
"""What stands around a path that is there; none of these is the same path, so none is there."""
