"""The environment that a container gets: from its manifest, ConfigMaps and Secrets, as the kubelet puts it together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.deploy.rendered import Manifest, Rendered, Workload

_REFERENCE = re.compile(r"\$\((\w+)\)")


class Missing(Exception):
    """A container refers to what is not there; its sentence says to what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable: its text, or nothing if only the cluster knows it; and the ConfigMap or Secret it is from."""

    text: str | None
    kind: Literal["plain", "config", "secret", "pod"]
    source: str = ""


def secret_keys(rendered: Rendered) -> Mapping[str, frozenset[str]]:
    """For each Secret that there will be, its keys: those in the manifests, and those that an ExternalSecret makes."""
    found = {each["metadata"]["name"]: _keys(each) for each in rendered.of("Secret")}
    for each in rendered.of("ExternalSecret"):
        spec = each["spec"]
        name = spec.get("target", {}).get("name", each["metadata"]["name"])
        template = spec.get("target", {}).get("template", {})
        made = frozenset(template.get("data", ()))
        if not made or template.get("mergePolicy") == "Merge":
            made |= frozenset(one["secretKey"] for one in spec.get("data", ()))
        found[name] = found.get(name, frozenset()) | made
    return found


def _keys(manifest: Manifest) -> frozenset[str]:
    return frozenset({**manifest.get("data", {}), **manifest.get("stringData", {})})


def environment(rendered: Rendered, workload: Workload, container: Manifest) -> Mapping[str, Variable]:
    """By name; what comes later wins. Raises: Missing."""
    found: dict[str, Variable] = {}
    for source in container.get("envFrom", ()):
        found |= dict(_all_of(rendered, workload, source))
    for each in container.get("env", ()):
        variable = _one(rendered, workload, each)
        if variable is not None:
            found[each["name"]] = variable
    return found


def expanded(variables: Mapping[str, Variable]) -> Mapping[str, str]:
    """The texts, with `$(NAME)` replaced; a variable that only the cluster knows is its own name in angles."""
    texts = {name: f"<{name}>" if each.text is None else each.text for name, each in variables.items()}
    return {name: _REFERENCE.sub(lambda found: texts.get(found[1], found[0]), text) for name, text in texts.items()}


def referred_to(variables: Mapping[str, Variable]) -> frozenset[str]:
    """The variables that others are made of."""
    return frozenset(name for each in variables.values() for name in _REFERENCE.findall(each.text or ""))


def _all_of(rendered: Rendered, workload: Workload, source: Manifest) -> Iterator[tuple[str, Variable]]:
    prefix = source.get("prefix", "")
    if "configMapRef" in source:
        name = source["configMapRef"]["name"]
        for key, text in _config(rendered, workload, name).items():
            yield prefix + key, Variable(text=text, kind="config", source=name)
    else:
        name = source["secretRef"]["name"]
        for key in _secret(rendered, workload, name):
            yield prefix + key, Variable(text=None, kind="secret", source=name)


def _one(rendered: Rendered, workload: Workload, each: Manifest) -> Variable | None:
    match each:
        case {"valueFrom": {"configMapKeyRef": {"name": name, "key": key}}}:
            texts = _config(rendered, workload, name)
            if key not in texts:
                raise Missing(f"{workload}: {name} has no {key}.")
            return Variable(text=texts[key], kind="config", source=name)
        case {"valueFrom": {"secretKeyRef": {"name": name, "key": key} as asked}}:
            if key not in secret_keys(rendered).get(name, ()) and asked.get("optional"):
                return None
            if key not in _secret(rendered, workload, name):
                raise Missing(f"{workload}: {name} has no {key}.")
            return Variable(text=None, kind="secret", source=name)
        case {"valueFrom": {"fieldRef": _} | {"resourceFieldRef": _}}:
            return Variable(text=None, kind="pod")
        case {"valueFrom": _}:
            raise Missing(f"{workload}: nothing says what {each['name']} is.")
        case _:
            return Variable(text=each.get("value", ""), kind="plain")


def _config(rendered: Rendered, workload: Workload, name: str) -> Mapping[str, str]:
    found = rendered.find("ConfigMap", name)
    if found is None:
        raise Missing(f"{workload}: there is no ConfigMap {name}.")
    texts: Mapping[str, str] = found.get("data", {})
    return texts


def _secret(rendered: Rendered, workload: Workload, name: str) -> frozenset[str]:
    found = secret_keys(rendered).get(name)
    if found is None:
        raise Missing(f"{workload}: there is no Secret {name}, and nothing makes it.")
    return found
