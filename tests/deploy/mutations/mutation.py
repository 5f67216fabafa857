"""One way to get a manifest wrong, and what such ways are made of."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.deploy.rendered import Manifest, Rendered

Change = Callable[[Rendered], None]
"""Spoils what is rendered, in place."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """What a rule has to see: `change` spoils an overlay, and `wrong` says what is wrong then."""

    rule: str
    wrong: str
    change: Change
    overlay: str = "eks-prod"

    def __str__(self) -> str:
        return f"{self.rule}: {self.wrong}"


def at(node: Any, path: str) -> Any:
    """What a path leads to: keys and places, with blanks between them."""
    for key in path.split():
        node = node[int(key) if isinstance(node, list) else key]
    return node


def thing(rendered: Rendered, target: str) -> Manifest:
    """The object that `target` names: its kind and its name, or a kind of which there is one at least."""
    kind, _, name = target.partition(" ")
    found = rendered.find(kind, name) if name else next(iter(rendered.of(kind)), None)
    if found is None:
        raise LookupError(f"There is no {target} in {rendered.overlay}.")
    return found


def put(target: str, path: str, value: Any) -> Change:
    """Another value, or one more; folders on the way are made."""

    def change(rendered: Rendered) -> None:
        node: Any = thing(rendered, target)
        *folders, last = path.split()
        for key in folders:
            node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
        node[int(last) if isinstance(node, list) else last] = deepcopy(value)

    return change


def drop(target: str, path: str) -> Change:
    """One less; fails where there was none."""

    def change(rendered: Rendered) -> None:
        folder, _, last = path.rpartition(" ")
        node = at(thing(rendered, target), folder)
        del node[int(last) if isinstance(node, list) else last]

    return change


def add(target: str, path: str, value: Any) -> Change:
    """One more in a list."""

    def change(rendered: Rendered) -> None:
        *folders, last = path.split()
        node = at(thing(rendered, target), " ".join(folders))
        node.setdefault(last, []).append(deepcopy(value))

    return change


def replace(target: str, path: str, old: str, new: str) -> Change:
    """Other words in a text; fails where the old ones are not."""

    def change(rendered: Rendered) -> None:
        *folders, last = path.split()
        node = at(thing(rendered, target), " ".join(folders))
        key: Any = int(last) if isinstance(node, list) else last
        if old not in node[key]:
            raise LookupError(f"There is no {old} in {target}, {path}: {node[key]}")
        node[key] = node[key].replace(old, new)

    return change


def without(target: str) -> Change:
    """The object itself is gone."""

    def change(rendered: Rendered) -> None:
        rendered.manifests.remove(thing(rendered, target))

    return change


def more(manifest: Manifest) -> Change:
    """One more object, in the shop's namespace and with its label."""

    def change(rendered: Rendered) -> None:
        made = deepcopy(manifest)
        made["metadata"] = {"namespace": "ecommerce", "labels": {"app.kubernetes.io/part-of": "portico"}} | made[
            "metadata"
        ]
        rendered.manifests.append(made)

    return change
