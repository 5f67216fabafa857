"""How a service process ends, and how long it keeps a connection, as the code that serves it says."""

import ast
from functools import cache
from typing import Any

from adapters.bootstrap.settings import Settings
from adapters.telemetry.otel import LAST_SECONDS
from adapters.telemetry.otlp import SECONDS
from tests.deploy.rendered import ROOT


@cache
def _tree() -> ast.Module:
    return ast.parse((ROOT / "adapters/bootstrap/asgi.py").read_text("utf-8"))


def keep_alive_seconds() -> int:
    """Read and not imported: the module is a process, which reads this machine's environment."""
    for node in _tree().body:
        match node:
            case ast.Assign(targets=[ast.Name(id="KEEP_ALIVE_SECONDS")], value=ast.Constant(value=int(seconds))):
                return seconds
    raise LookupError("KEEP_ALIVE_SECONDS is gone.")


def drain_seconds(settings: Settings) -> float:
    """From SIGTERM to the end at most: open requests, then the last traces."""
    (given,) = [
        word.value
        for node in ast.walk(_tree())
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "timeout_graceful_shutdown"
    ]
    known: dict[str, Any] = {"settings": settings, "int": int}
    requests: float = eval(compile(ast.Expression(given), "asgi.py", "eval"), known)  # noqa: S307 - our own code
    return requests + LAST_SECONDS + SECONDS
