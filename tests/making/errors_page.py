"""Writes docs/errors.md, the list of every `code` that a problem document may have: `make errors-page`."""

import ast
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import import_module
from pathlib import Path

import adapters.inbound.web
import core
from adapters.inbound.web.errors import STATUS, status_of
from core.shared.errors import ShopError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/errors.md"
SERVICES = ("product", "user", "cart", "order")
PLACES = (core, adapters.inbound.web)
"""Where errors are made that leave the shop."""
HEADERS = {"retry_after"}
"""What errors are handed that leaves as a header."""
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""RFC 9110's names, as younger versions of Python have them."""

TEXT_RULES = {"broken", "line", "phone"}
"""What is handed an error's class to raise it with `errors`."""

WHAT_TO_DO: Mapping[int, str] = {
    400: "The request cannot be read. The same again is refused again.",
    401: "Sign in, or refresh the access token, and ask again. `WWW-Authenticate` names the scheme.",
    403: "The same again is refused again: this caller may not do it.",
    404: "The same again is refused again, until there is such a thing.",
    405: "`Allow` names the methods that there are.",
    408: "Ask again, and send the body in one go.",
    409: "Read what the request is about, and decide anew: the same again is refused until that has changed.",
    412: "Read it again for its present `ETag`, and decide anew.",
    413: "Send less at once.",
    415: "Name the type that the operation takes in `Content-Type`.",
    422: "The same again is refused again: change the request. `errors` names the fields, where it was one of them.",
    428: "Read it, and send its `ETag` along in `If-Match`.",
    429: "Ask again after `Retry-After` seconds; sooner is refused.",
    500: "Ask again once; if it stays, tell us the `request_id`.",
    503: "Ask again after `Retry-After` seconds. An order is placed once, however often it is sent with one key.",
}
"""Whether a retry helps, by the status."""

INTRO = """\
# Errors

Every refusal is a problem document (RFC 9457), `application/problem+json`:

```json
{
  "type": "urn:problem-type:portico:out_of_stock",
  "title": "Out of stock",
  "status": 409,
  "detail": "There are not enough units left.",
  "instance": "/v1/orders",
  "code": "out_of_stock",
  "request_id": "019b7ca9-8c88-7000-8000-000000000001",
  "lines": [{"product_id": "019b7ca9-8c88-7000-8000-000000000002", "quantity": 3, "available": 1}]
}
```

Programs decide by `status` and `code`, which stay; `detail` is for people and may change. `request_id` is also the
header `X-Request-Id`, and finds the request in the logs. What stands under "members" may come beside these, if it is
known; `errors` is a list of `{"field": ..., "message": ...}`.

`make errors-page` writes this page from the code, and a test holds it against that.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A code as one service gives it, or all of them (no service)."""

    code: str
    status: int
    service: str
    sentence: str
    members: frozenset[str]


def main() -> None:
    PAGE.write_text(page(), "utf-8")
    print(f"{len({row.code for row in rows()})} codes: {PAGE}")


def page() -> str:
    found = rows()
    return INTRO + "".join(_section(status, [row for row in found if row.status == status]) for status in _statuses())


def rows() -> list[Row]:
    """Of every error there is, in the order of status and code."""
    made = [
        Row(
            code=error.code,
            status=status_of(error),
            service=_service(error.__module__),
            sentence=sentence(error),
            members=frozenset(_members(error)),
        )
        for error in errors()
    ]
    return sorted(made, key=lambda row: (row.status, row.code, row.service))


def errors() -> list[type[ShopError]]:
    """Each that a caller may meet."""
    names = [module.name for place in PLACES for module in pkgutil.walk_packages(place.__path__, f"{place.__name__}.")]
    kinds = {kind for name in names for kind in vars(import_module(name)).values() if isinstance(kind, type)}
    return [kind for kind in kinds if issubclass(kind, ShopError) and kind is not ShopError]


def sentence(error: type[ShopError]) -> str:
    """The first of its docstring's."""
    text = " ".join((vars(error).get("__doc__") or "").split())
    return re.split(r"(?<=[.]) ", text, maxsplit=1)[0]


def _statuses() -> list[int]:
    return sorted(set(STATUS.values()))


def _section(status: int, found: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(_cells(row))} |" for row in found]
    title = f"{status} {PHRASES.get(status) or HTTPStatus(status).phrase}"
    table = "\n".join(("| code | services | meaning | members |", "|---|---|---|---|", *lines))
    return f"\n## {title}\n\n{WHAT_TO_DO[status]}\n\n{table}\n"


def _cells(row: Row) -> tuple[str, ...]:
    return f"`{row.code}`", row.service or "all", row.sentence, ", ".join(f"`{each}`" for each in sorted(row.members))


def _service(module: str) -> str:
    """Whose it is; nothing if it is everybody's."""
    return next((service for service in SERVICES if service in module.split(".")), "")


def _members(error: type[ShopError]) -> set[str]:
    """What is handed to it by name, wherever it is made."""
    own = _service(error.__module__)
    return {member for service, name, member in _handed() if name == error.__name__ and own in ("", service)}


@cache
def _handed() -> frozenset[tuple[str, str, str]]:
    """Service, error's name and member, by the source of all of them."""
    return frozenset(
        (_service(".".join(file.relative_to(ROOT).with_suffix("").parts)), name, member)
        for place in PLACES
        for file in Path(place.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name, member in _handed_at(node)
    )


def _handed_at(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ClassDef):  # an error that hands things to its family
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
                yield from ((node.name, member) for member in _keywords(call))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from ((node.func.id, member) for member in _keywords(node))
        if node.func.id in TEXT_RULES:
            yield from ((each.id, "errors") for each in node.args if isinstance(each, ast.Name))


def _keywords(call: ast.Call) -> list[str]:
    return [each.arg for each in call.keywords if each.arg and each.arg not in HEADERS]


if __name__ == "__main__":
    main()
