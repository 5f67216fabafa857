"""What is left to be done about orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from core.order.model.states import State
from core.shared.rounds import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The orders with work left, by their state, every state there is; and the events that nobody was told of yet.

    An order waits since its status last changed, an event since it happened.
    """

    unfinished: Mapping[State, Waiting]
    untold: Waiting

    @classmethod
    def of(cls, unfinished: Iterable[tuple[State, datetime]], untold: Iterable[datetime]) -> "Backlog":
        """Out of each order's state and each thing's moment."""
        moments: dict[State, list[datetime]] = {state: [] for state in get_args(State)}
        for state, since in unfinished:
            moments[state].append(since)
        return cls(
            unfinished={state: Waiting.since(every) for state, every in moments.items()},
            untold=Waiting.since(untold),
        )
