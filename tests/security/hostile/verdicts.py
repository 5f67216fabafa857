"""What must be true of the answer to anything whatever, and of what it leaves behind in stores and logs."""

import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from tests.security.hostile.asking import PIECE, Answer, Ask
from tests.security.hostile.corpus import CANARY
from tests.security.hostile.operations import Operation

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
_INSIDE = re.compile(rb'Traceback|File "[^"]+", line|site-packages|\.py\b|pydantic|pymongo|0x[0-9a-f]{8}')
_FIELD = re.compile(rb"[\x20-\x7e\x80-\xff]*")


def faults(ask: Ask, answer: Answer, operation: Operation, *, body_limit: int) -> Iterator[str]:
    """What is wrong with an answer; who sends headers may say that there is no time left, which is a 503."""
    if answer.broke:
        yield f"came out as {answer.broke}"
        return
    status = answer.status
    if status >= 500 and not (status == 503 and ask.kind.startswith("header")):
        yield f"answered {status}"
    if ask.refused and status < 400:
        yield f"took what cannot be right: {status}"
    if not (ask.elsewhere or status in operation.statuses or status == 500):
        yield f"answered {status}, which the document does not know"
    if status >= 400 and ask.method != "HEAD":
        yield from _problem_faults(answer)
    if ask.secret and CANARY.encode() in answer.body + b"".join(value for _, value in answer.headers):
        yield "gave a secret back"
    if _INSIDE.search(answer.body) and status >= 400:
        yield "told of its inside"
    if not all(_FIELD.fullmatch(name) and _FIELD.fullmatch(value) for name, value in answer.headers):
        yield "has a header that is two"
    if answer.taken > body_limit + PIECE:
        yield f"read {answer.taken} bytes of a body"


def _problem_faults(answer: Answer) -> Iterator[str]:
    if answer.header(b"content-type") != b"application/problem+json":
        yield f"answered {answer.status} as {answer.header(b'content-type')!r}"
        return
    document = orjson.loads(answer.body)
    if not document.keys() >= _MEMBERS or document["status"] != answer.status or not document["code"]:
        yield f"has a problem of another shape: {sorted(document)}"
    if len(answer.body) > 40_000:
        yield f"answered with {len(answer.body)} bytes"
    if answer.status == 503 and not answer.header(b"retry-after"):
        yield "has no Retry-After"


class Lines(logging.Handler):
    """Takes down every line that a process would write."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    def faults(self) -> Iterator[str]:
        """Lines that somebody else wrote, and what turns a terminal's lines into others."""
        for character in sorted({each for each in self.text if each != "\n" and _rewrites(each)}):
            yield f"wrote the character U+{ord(character):04X} into the log"
        if CANARY in self.text:
            yield "wrote a secret into the log"
        if re.search(r"^2036-01-02 03:04:05 INFO portico: all is well", self.text, re.MULTILINE):
            yield "wrote a line of somebody else's into the log"


def _rewrites(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


@contextmanager
def logged(formatter: logging.Formatter) -> Iterator[Lines]:
    """What is logged meanwhile, from INFO on."""
    lines, root = Lines(formatter), logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
