"""What a process logs, in lines that nobody else can write (OWASP ASVS 5.0, 16.4.1)."""

import logging
from textwrap import indent

from adapters.bootstrap.discretion import be_discreet


class OwnLines(logging.Formatter):
    """A record is one line, and what follows of a traceback is indented: what begins at the margin is ours.

    Whatever would break a line, turn its text round or colour a terminal is written as its escape.
    """

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        lines = [_visible(self.formatMessage(record))]
        if trace := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            lines.append(_indented(trace))
        if record.stack_info:
            lines.append(_indented(self.formatStack(record.stack_info)))
        return "\n".join(lines)


def start_logging(level: str, form: str) -> None:
    """Have everything from this level on written to stderr, with discretion."""
    be_discreet()
    handler = logging.StreamHandler()
    handler.setFormatter(OwnLines(form))
    logging.basicConfig(level=level, handlers=[handler])


def _indented(lines: str) -> str:
    return indent("\n".join(map(_visible, lines.split("\n"))), "    ")


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
