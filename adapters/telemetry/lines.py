"""Log lines for people, which nobody else can write (OWASP ASVS 5.0, 16.4.1)."""

import logging
from textwrap import indent

from core.shared.context import REQUEST

LONGEST = 8192
"""Characters of a field; what is longer is cut, so that no request can fill the log's storage."""
DURATION = "event.duration"
"""What a record that took its time calls it by, in nanoseconds; a field's name in the Elastic Common Schema."""


class OwnLines(logging.Formatter):
    """A record is one line, and what follows of a traceback is indented: what begins at the margin is ours.

    Whatever would break a line, turn its text round or colour a terminal is written as its escape. A line that belongs
    to a request ends with its id.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.message = cut(record.getMessage())
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        lines = [_visible(self.formatMessage(record) + _more(record))]
        if trace := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            lines.append(_indented(trace))
        if record.stack_info:
            lines.append(_indented(self.formatStack(record.stack_info)))
        return "\n".join(lines)


def cut(text: str) -> str:
    return f"{text[:LONGEST]}..." if len(text) > LONGEST else text


def cut_trace(text: str) -> str:
    """What is longest of a traceback are the frames of others, at its beginning; what went wrong is at its end."""
    return f"...{text[3 - LONGEST :]}" if len(text) > LONGEST else text


def _more(record: logging.LogRecord) -> str:
    duration, request_id = record.__dict__.get(DURATION), REQUEST.get().request_id
    took = "" if duration is None else f" in {duration / 1e6:.1f} ms"
    return took if not request_id or request_id in record.message else f"{took} [{request_id}]"


def _indented(trace: str) -> str:
    return indent("\n".join(map(_visible, cut_trace(trace).split("\n"))), "    ")


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
