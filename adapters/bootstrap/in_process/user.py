"""The user service in a function: it needs nothing of the others."""

from adapters.bootstrap.common import Common
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.settings import FunctionSettings
from adapters.bootstrap.user import user_service


def user_parts(common: Common, settings: FunctionSettings) -> ServiceParts:  # noqa: ARG001 - all four are called alike
    return user_service(common)
