"""Watches the commands that go to MongoDB: each query must be served by a declared index, each write durable,
each read of what lasts, and each step have a time limit but the making of indexes.

This looks at shapes, so that it holds on any server and any amount of data. An index serves a query if the query
fixes its first fields, and sorts by the next ones or bounds the next one. A choice of several values fixes a field
too, but what has one of several stands in no order. Whatever is sorted is a page, so that it has a limit.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from adapters.outbound.mongo.indexes import INDEXES

Filter = Mapping[str, Any]
Keys = list[tuple[str, int]]

DURABLE = {"w": "majority", "j": True}
SURVIVING = {"level": "majority"}
_READS = {"find", "aggregate", "count", "distinct"}
_WRITES = {"insert", "update", "delete", "findAndModify", "createIndexes"}
_EQUALS, _CHOICE, _BOUNDS = {"$eq", "$all"}, {"$in"}, {"$gt", "$gte", "$lt", "$lte"}


class Commands(CommandListener):
    """Remembers what was asked, and afterwards says what should not have been."""

    def __init__(self, *, seconds: float = 30) -> None:
        """`seconds` is what each step may take at most."""
        self._longest = seconds * 1000
        self._faults: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        command = event.command
        if event.command_name in _WRITES and command.get("writeConcern") != DURABLE:
            self._faults.append(f"not durable: {command}")
        if event.command_name in _READS and command.get("readConcern") != SURVIVING:
            self._faults.append(f"may be undone: {command}")
        if event.command_name == "createIndexes" and "maxTimeMS" in command:
            self._faults.append(f"a build that never ends where it takes longer: {command}")
        if event.command_name in (_READS | _WRITES) - {"createIndexes"} and not (
            0 < command.get("maxTimeMS", 0) <= self._longest
        ):
            self._faults.append(f"no time limit, or a longer one than is left: {command}")
        for filter, sort in _queries(event.command_name, command):
            if not served(str(command[event.command_name]), filter, sort):
                self._faults.append(f"no index serves {filter} sorted by {sort}")
            if sort and not _limited(command):
                self._faults.append(f"more than a page: {command}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    def check(self) -> None:
        assert not self._faults, "\n".join(self._faults)


def served(collection: str, filter: Filter, sort: Keys) -> bool:
    """Whether one of the collection's indexes, or the one on `_id`, serves a query."""
    plain, choices = _parts(filter)
    if any(_serves(index, plain, sort) for index in _indexes(collection, plain)):
        return True
    rest = [{field: wanted} for field, wanted in plain]
    return any(all(served(collection, {"$and": [*rest, branch]}, sort) for branch in branches) for branches in choices)


def _queries(name: str, command: Mapping[str, Any]) -> Iterator[tuple[Filter, Keys]]:
    match name:
        case "find":
            yield command["filter"], list(command.get("sort", {}).items())
        case "aggregate":
            pipeline = command["pipeline"]
            matches = list(takewhile(lambda stage: "$match" in stage, pipeline))
            following = pipeline[len(matches)] if len(matches) < len(pipeline) else {}
            yield {"$and": [stage["$match"] for stage in matches]}, list(following.get("$sort", {}).items())
        case "update" | "delete":
            for change in command[f"{name}s"]:
                yield change["q"], []
        case "findAndModify" | "count" | "distinct":
            yield command.get("query", {}), list(command.get("sort", {}).items())


def _limited(command: Mapping[str, Any]) -> bool:
    """Whether what is sorted is cut right behind that, so that no server has to sort or send more than a page."""
    stages = [next(iter(stage)) for stage in command.get("pipeline", ())]
    return "limit" in command or stages[stages.index("$sort") + 1 :][:1] == ["$limit"]


def _parts(filter: Filter) -> tuple[list[tuple[str, Any]], list[list[Filter]]]:
    """A filter's conditions on fields, and its choices (`$or`)."""
    plain: list[tuple[str, Any]] = []
    choices: list[list[Filter]] = []
    for field, wanted in filter.items():
        if field == "$and":
            for part in wanted:
                more, further = _parts(part)
                plain, choices = plain + more, choices + further
        elif field == "$or":
            choices.append(wanted)
        else:
            plain.append((field, wanted))
    return plain, choices


def _indexes(collection: str, plain: list[tuple[str, Any]]) -> Iterator[Keys]:
    yield [("_id", 1)]
    for index in (model.document for model in INDEXES[collection]):
        partial = index.get("partialFilterExpression", {})
        if all((field, wanted) in plain or _fixed(field, plain) for field, wanted in partial.items()):
            yield list(index["key"].items())


def _operators(field: str, plain: list[tuple[str, Any]]) -> set[str]:
    found: set[str] = set()
    for wanted in (wanted for name, wanted in plain if name == field):
        found |= set(wanted) if isinstance(wanted, Mapping) else {"$eq"}
    return found


def _fixed(field: str, plain: list[tuple[str, Any]]) -> bool:
    return bool(_operators(field, plain) & (_EQUALS | _CHOICE))


def _serves(index: Keys, plain: list[tuple[str, Any]], sort: Keys) -> bool:
    if index == [("_id", 1)] and _fixed("_id", plain):
        return True
    used, left, turned = False, list(sort), set[int]()
    for field, direction in index:
        operators = _operators(field, plain)
        if left and left[0][0] == field:
            turned.add(left.pop(0)[1] * direction)
        elif not operators & (_EQUALS if left else _EQUALS | _CHOICE):
            used = used or bool(operators & _BOUNDS)
            break
        used = True
    return used and not left and len(turned) < 2
