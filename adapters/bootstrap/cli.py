"""The command `shop`, plugged together."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.bootstrap.registry import resolve
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.app import create
from adapters.inbound.cli.typed import typed


def main() -> None:
    """The command itself."""
    # The database's program lies beside the interpreter it was installed for.
    database = str(Path(sys.executable).parent / "secantusd-py")
    create(
        Actions(
            service=(sys.executable, "-m", "adapters.bootstrap.asgi"),
            gateway=(sys.executable, "-m", "adapters.bootstrap.gateway"),
            database=(database, "--host", "127.0.0.1", "--log-level", "WARNING"),
            adapters=_later("plugged:adapters"),
            generate_signing_key=_later("actions:generate_signing_key"),
            check_settings=_later("actions:check_settings"),
            check_database=_later("actions:check_database"),
            grant_admin=_later("actions:grant_admin"),
            audit=_later("actions:audit"),
            worker=_later("actions:worker"),
            openapi=_later("actions:openapi"),
        )
    )(prog_name=typed(sys.argv[0], folder=Path.cwd()))


def _later(action: str) -> Callable[..., Any]:
    """An action that is imported when it is called: most commands need nothing of what the services are made of."""

    def call(*arguments: object) -> Any:
        return resolve(f"adapters.bootstrap.{action}")(*arguments)

    return call


if __name__ == "__main__":
    main()
