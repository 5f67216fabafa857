"""Reads JSON so strictly that every reader would read the same, and that nothing in it can trip what comes later."""

import json
import math
import re

from adapters.inbound.web.errors import MalformedJson, ValidationFailed

MAX_DEPTH = 32

_INT64 = range(-(2**63), 2**63)
_LONGEST_INT64 = 20
_EXACT = 2**53
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(body: bytes) -> object:
    """The value that `body` holds.

    Raises: MalformedJson if it is no JSON in UTF-8 (RFC 8259), repeats a name in an object, holds half a
    surrogate pair or nests deeper than `MAX_DEPTH`; ValidationFailed for a number that does not fit 64 bits and
    for a NUL character.
    """
    try:
        text = body.decode()
        value = _DECODER.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # not UTF-8, or not JSON; the text itself may be a secret, so it is not repeated
        raise MalformedJson("This is not valid JSON in UTF-8.") from error
    if text.count("[") + text.count("{") > MAX_DEPTH or _SUSPECT_ESCAPE.search(text):
        _walk(value)
    return value


def _walk(value: object) -> None:
    layer, depth = [value], 0
    while layer:
        below: list[object] = []
        for each in layer:
            if isinstance(each, str):
                _check_text(each)
            elif isinstance(each, dict | list):
                if depth == MAX_DEPTH:
                    raise _too_deep()
                below += each
                if isinstance(each, dict):
                    below += each.values()
        layer, depth = below, depth + 1


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ValidationFailed(("body", "Text must not hold a NUL character."))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedJson("This JSON holds half a surrogate pair.") from None


def _too_deep() -> MalformedJson:
    return MalformedJson(f"This JSON nests deeper than {MAX_DEPTH} levels.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedJson("An object in this JSON has the same name twice.")
    return result


def _integer(digits: str) -> int:
    if len(digits) <= _LONGEST_INT64 and (number := int(digits)) in _INT64:
        return number
    raise ValidationFailed(("body", "A number does not fit 64 bits."))


def _float(digits: str) -> float:
    """JSON has one kind of number, so 5.0 is the integer 5 wherever that is exact; a schema may ask for either."""
    number = float(digits)
    if number.is_integer() and abs(number) <= _EXACT:
        return int(number)
    if math.isfinite(number):
        return number
    raise ValidationFailed(("body", "A number does not fit 64 bits."))


def _constant(name: str) -> object:
    raise MalformedJson(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
