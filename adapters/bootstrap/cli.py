"""The command `shop`, plugged together."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.bootstrap.registry import resolve
from adapters.inbound.cli.actions import Actions
from adapters.inbound.cli.app import create
from adapters.inbound.cli.key_files import KeyWork
from adapters.inbound.cli.typed import typed
from adapters.outbound.console.mail import MARK
from adapters.telemetry.logs import start_warning


def main() -> None:
    """The command itself; what nobody foresaw is told without its words, which may hold a secret."""
    start_warning()
    try:
        _shop()
    except Exception:
        logging.getLogger(__name__).exception("shop: this is a mistake of ours.")
        raise SystemExit(1) from None


def _shop() -> None:
    # The database's program lies beside the interpreter it was installed for.
    database = str(Path(sys.executable).parent / "secantusd-py")
    create(
        Actions(
            service=(sys.executable, "-m", "adapters.bootstrap.asgi"),
            gateway=(sys.executable, "-m", "adapters.bootstrap.gateway"),
            function=(sys.executable, "-m", "adapters.bootstrap.aws_lambda.local"),
            api_gateway=(sys.executable, "-m", "adapters.bootstrap.api_gateway"),
            database=(database, "--host", "127.0.0.1", "--log-level", "WARNING"),
            adapters=_later("plugged:adapters"),
            keys=KeyWork(
                new_bundle=_later("keys:new_signing_keys"),
                rotate=_later("keys:rotated_signing_keys"),
                roles=_later("keys:signing_key_roles"),
                callers=_later("keys:callers"),
                new_service_key=_later("keys:new_service_key"),
                public=_later("keys:public_service_key"),
                public_set=_later("keys:public_signing_keys"),
            ),
            check_password=_later("actions:check_password"),
            check_settings=_later("actions:check_settings"),
            check_database=_later("actions:check_database"),
            grant_admin=_later("actions:grant_admin"),
            audit=_later("actions:audit"),
            worker=_later("actions:worker"),
            openapi=_later("actions:openapi"),
            mail_mark=MARK,
        )
    )(prog_name=typed(sys.argv[0], folder=Path.cwd()))


def _later(action: str) -> Callable[..., Any]:
    """An action that is imported when it is called: most commands need nothing of what the services are made of."""

    def call(*arguments: object) -> Any:
        return resolve(f"adapters.bootstrap.{action}")(*arguments)

    return call


if __name__ == "__main__":
    main()
