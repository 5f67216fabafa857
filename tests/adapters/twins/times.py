"""Times as one could get them wrong."""

from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone


def on_another_clock(moment: datetime) -> datetime:
    """The same moment at an hour that is not UTC's."""
    if moment.year in (MINYEAR, MAXYEAR):
        return moment
    return moment.astimezone(timezone(timedelta(hours=-5)))
