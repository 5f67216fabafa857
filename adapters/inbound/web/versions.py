"""Entity tags and the conditions made of them (RFC 9110, section 13), and the key that makes a request repeatable."""

import re
from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from adapters.inbound.web.errors import PreconditionRequired

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[ -~]*$",
        description="Names this request: sent again with the same body, it is answered from what it did.",
    ),
]

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_TAGS = re.compile(r'[ \t]*(\*|(W/)?"[!#-~\x80-\xff]*"([ \t]*,[ \t]*(W/)?"[!#-~\x80-\xff]*")*)[ \t]*')
_VERSION = re.compile(r"([0-9]{1,18})(?:\.[0-9]+)?", re.ASCII)
_NO_VERSION = -1


def _tags(header: str | None) -> str | None:
    if header is not None and not _TAGS.fullmatch(header):
        raise ValueError('An entity tag is quoted, as in "3".')
    return header


IfMatch = Annotated[
    str | None,
    AfterValidator(_tags),
    Header(
        alias="If-Match",
        description="The ETag this change is based on; only the version in it is compared.",
        json_schema_extra={"pattern": f"^{_TAGS.pattern}$"},
    ),
]


def etag(version: int, revision: int | None = None) -> str:
    """The strong entity tag of a version, and of a revision within it."""
    return f'"{version}"' if revision is None else f'"{version}.{revision}"'


def if_match_version(if_match: str | None) -> int | None:
    """The version that a change is based on; `None` if the caller does not mind, by `*` or by no `If-Match`.

    Versions only rise, so of several the highest alone can still be the present one. A weak tag never matches
    (If-Match compares strongly), and neither does a tag we never gave out: for these the version is -1.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    versions = [_VERSION.fullmatch(tag) for weak, tag in _TAG.findall(if_match) if not weak]
    return max((int(version[1]) for version in versions if version), default=_NO_VERSION)


def required_version(if_match: str | None) -> int:
    """The version that a change is based on. Raises: PreconditionRequired unless it is named.

    `*` names none: whoever sends it would overwrite what others changed meanwhile.
    """
    version = if_match_version(if_match)
    if version is None:
        raise PreconditionRequired('Name the version this change is based on, as in If-Match: "3".')
    return version


def not_modified(request: Request, tag: str) -> Response | None:
    """304 if the caller has the representation that `tag` names already, else `None`."""
    sent = request.headers.get("if-none-match")
    if sent is None:
        return None
    if sent.strip() == "*" or tag in {f'"{known}"' for _, known in _TAG.findall(sent)}:
        return Response(None, 304, {"ETag": tag})
    return None
