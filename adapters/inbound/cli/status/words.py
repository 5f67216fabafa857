"""Numbers as short words."""

from collections.abc import Sequence

UNKNOWN = "-"
_BARS = "▁▂▃▄▅▆▇█"


def duration(seconds: float | None) -> str:
    """A latency: three digits at most."""
    if seconds is None:
        return UNKNOWN
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f}us"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms" if seconds >= 0.00995 else f"{seconds * 1000:.1f}ms"
    return f"{seconds:.1f}s"


def age(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d{hours:02}h"
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


def rate(per_second: float | None) -> str:
    if per_second is None:
        return UNKNOWN
    return f"{per_second:,.0f}" if per_second >= 99.5 else f"{per_second:.1f}"


def share(part: float | None) -> str:
    """In per cent; what is not nothing never looks like it."""
    if part is None:
        return UNKNOWN
    return "<0.1" if 0 < part < 0.0005 else f"{part * 100:.1f}"


def count(number: float | None) -> str:
    return UNKNOWN if number is None else f"{number:,.0f}"


def mebibytes(size: float | None) -> str:
    return UNKNOWN if size is None else f"{size / 2**20:.0f}M"


def sparkline(values: Sequence[float | None]) -> str:
    """A bar a value, the tallest for the largest; a blank where nothing is known."""
    most = max((value for value in values if value is not None), default=0.0)
    top = len(_BARS) - 1
    return "".join(" " if value is None else _BARS[round(value / most * top) if most else 0] for value in values)
