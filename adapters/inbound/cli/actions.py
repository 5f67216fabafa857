"""What the command `shop` needs done by others; bootstrap supplies it."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from adapters.inbound.cli.adapters import Choice
from adapters.inbound.cli.key_files import KeyWork
from core.order.use_cases.audit import Audited

T = TypeVar("T")
Work = Coroutine[Any, Any, T]
Environment = Mapping[str, str]
"""Settings by their environment variables' names, complete: nothing else is looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """One field a thing to do. All but the commands raise CommandFailed or ShopError for what a person can act on.

    `service`, `gateway`, `function`, `api_gateway` and `database` are the commands that start a process of each; all
    but the last take everything from the environment, and a function gets the kind of its events appended, `http` or
    `schedule`; the database gets its port and folder. `check_password` raises if
    an account may not have the password, which it calls by the name that follows; what is known of the account comes
    last. `check_settings` raises if the service named by SERVICE would refuse its environment, `check_database` if its
    database does not answer within seconds. `adapters` gives a line a need, `audit` the differences that last,
    `openapi` the files it wrote; `worker` returns only by being cancelled. `mail_mark` is how lines begin that are a
    mail on a service's standard output.
    """

    service: tuple[str, ...]
    gateway: tuple[str, ...]
    function: tuple[str, ...]
    api_gateway: tuple[str, ...]
    database: tuple[str, ...]
    adapters: Callable[[Environment], Sequence[Choice]]
    keys: KeyWork
    check_password: Callable[..., None]
    check_settings: Callable[[Environment], None]
    check_database: Callable[[Environment], Work[None]]
    grant_admin: Callable[[str, Environment], Work[None]]
    audit: Callable[[Environment], Work[Audited]]
    worker: Callable[[Environment], Work[None]]
    openapi: Callable[[Path], Sequence[Path]]
    mail_mark: str
