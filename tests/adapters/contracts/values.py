"""Values that a store might be tempted to change: moments from one end of time to the other, and odd texts."""

from datetime import UTC, datetime, timedelta

MOMENTS = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1582, 10, 14, 12, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2036, 3, 30, 1, 30, tzinfo=UTC),
    *(datetime(2036, 12, 31, 23, 59, 59, millisecond * 1000, tzinfo=UTC) for millisecond in (1, 499, 500, 999)),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
)
"""Whole milliseconds, in their order: the ends of what there is, and where other calendars begin or end."""

TEXTS = (
    "",
    " padded ",
    "\0",
    "cut\0here",
    "two\r\nlines\t",
    "$set",
    "a.b.$c",
    "null",
    "é e\u0301",
    "ŒUVRE œuvre ß İ",
    "東京 🍮 \U0010ffff",
    "\u202eback\ufeff",
    "\"quoted\" 'single' \\ % {}",
    "long " * 500,
)


def is_utc(*moments: datetime | None) -> bool:
    return all(moment is None or moment.utcoffset() == timedelta(0) for moment in moments)
