"""Every setting of a process: its environment variable is the field's name in capitals."""

from adapters.bootstrap.settings.accounts import DEVELOPMENT_SECRET
from adapters.bootstrap.settings.function import EventSettings, FunctionSettings, ScheduleSettings
from adapters.bootstrap.settings.gateway import GatewaySettings
from adapters.bootstrap.settings.reading import WrongSettings, checked, read
from adapters.bootstrap.settings.service import Settings
from adapters.bootstrap.settings.stores import PORTS, Service, StoreChoice

__all__ = [
    "DEVELOPMENT_SECRET",
    "PORTS",
    "EventSettings",
    "FunctionSettings",
    "GatewaySettings",
    "ScheduleSettings",
    "Service",
    "Settings",
    "StoreChoice",
    "WrongSettings",
    "checked",
    "read",
]
