"""A service process that keeps no account of what it does: what `make bench-overhead` holds the real one against."""

from typing import Any, Self, TypeVar

from adapters.bootstrap import common
from adapters.telemetry.spans import NoSpans
from adapters.telemetry.telemetry import Telemetry

T = TypeVar("T")


class Nothing:
    """Any metric, and any metric's series: whatever is told to it is forgotten."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> Self:
        return self


class Silence(Telemetry):
    """Use cases stay as they are."""

    def observed(self, use_cases: T) -> T:
        return use_cases


def silence(**_: object) -> Silence:
    nothing: Any = Nothing()
    return Silence(metrics=nothing, spans=NoSpans())


# No port is replaced: this is the process' own entry point, and there is no setting for it, since nobody needs one.
setattr(common, "Telemetry", silence)  # noqa: B010 - no type has room for it

if __name__ == "__main__":
    from adapters.bootstrap.asgi import main

    main()
