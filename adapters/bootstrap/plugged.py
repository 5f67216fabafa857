"""What the settings plug into each port, told without plugging anything in: no connection's driver is imported."""

from collections.abc import Sequence
from typing import cast

from adapters.bootstrap.registry import NEEDS, Need, UnknownAdapter, path
from adapters.bootstrap.settings import Service, Settings, WrongSettings, checked
from adapters.bootstrap.stores import require_store
from adapters.inbound.cli.actions import Environment
from adapters.inbound.cli.adapters import Choice
from adapters.inbound.cli.errors import CommandFailed


def adapters(environment: Environment) -> Sequence[Choice]:
    """A line for each need of a process with this environment, of whichever service. Raises: CommandFailed."""
    try:
        settings = checked(Settings, {}, environment=environment)
    except WrongSettings as wrong:
        raise CommandFailed(f"A setting is wrong. {' '.join(f'{fault}.' for fault in wrong.faults)}") from wrong
    return [_choice(name, need, settings) for name, need in NEEDS.items()]


def require_adapters(settings: Settings) -> None:
    """Raises: UnknownAdapter, ValueError if a setting that the service follows names one that cannot be."""
    for name, need in NEEDS.items():
        if need.setting and need.service == settings.service:
            _require(name, need, settings)


def _choice(name: str, need: Need, settings: Settings) -> Choice:
    chosen, fault = need.decided or f"{''.join(need.adapters)}, the only one", ""
    if need.setting:
        chosen = _chosen(need, settings)
        try:
            _require(name, need, settings)
        except (UnknownAdapter, ValueError) as wrong:
            fault = str(wrong)
    decorators = []
    for setting, paths in need.decorators.items():
        whether = "inside" if getattr(settings, setting) else "without"
        decorators.append(f"{whether} {' and '.join(map(_class, paths))}, by {setting.upper()}")
    return Choice(
        service=need.service,
        ports=tuple(map(_class, need.ports)),
        adapters=tuple(need.adapters),
        chosen=chosen,
        decorators=tuple(decorators),
        fault=fault,
    )


def _require(name: str, need: Need, settings: Settings) -> None:
    """Raises: UnknownAdapter, ValueError if what the need's setting names cannot be."""
    if need.setting.endswith("_store"):
        service = cast("Service", need.service)
        require_store(service, settings.store_of(service))
    else:
        path(name, str(getattr(settings, need.setting)))


def _chosen(need: Need, settings: Settings) -> str:
    """The adapter's name and the variable that has it, without the address that may be there as well."""
    if need.setting.endswith("_store"):
        choice = settings.store_of(cast("Service", need.service))
        return f"{choice.technology}, by {choice.variable}"
    return f"{getattr(settings, need.setting)}, by {need.setting.upper()}"


def _class(path: str) -> str:
    return path.rpartition(":")[2]
