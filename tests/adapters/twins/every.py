"""Finds the broken adapters of a module, so that none is left out of its suite."""

import inspect
from types import ModuleType


def every_twin(*modules: ModuleType) -> list[type]:
    """Every class that the modules define for others."""
    return [
        kind
        for module in modules
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and not name.startswith("_")
    ]
