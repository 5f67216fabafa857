"""The routing table that an ingress manifest means, matched as the AWS Load Balancer Controller has an ALB match it.

The controller makes one ALB rule of each path, in this order: every `Exact` path first, then the `Prefix` paths, the
longest first. `Exact` becomes the pattern `/a/b`; `Prefix` becomes the two patterns `/a/b` and `/a/b/*`, where `*` is
any characters, so a prefix ends at an element, as Kubernetes has it
(https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types).
An ALB compares patterns with the path as it was sent: capitals count, and nothing is decoded, merged or resolved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_ALB = "alb.ingress.kubernetes.io/"
_REROUTING = tuple(_ALB + kind for kind in ("actions.", "conditions.", "transforms.", "use-regex-path-match"))


class ManifestError(Exception):
    """The manifest is no ingress that this gateway can follow; the text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path of the manifest: the whole path if `exact`, else that path and everything below it."""

    path: str
    exact: bool
    backend: str

    def matches(self, path: str) -> bool:
        if self.exact:
            return path == self.path
        prefix = self.path.removesuffix("/")
        return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Routes in the order in which they are tried."""

    routes: tuple[Route, ...]

    @property
    def backends(self) -> frozenset[str]:
        """The names of the services that are routed to."""
        return frozenset(route.backend for route in self.routes)

    def match(self, path: str) -> str | None:
        """The service for a raw path (percent-encoded as sent, without its query), or `None` if no rule matches."""
        for route in self.routes:
            if route.matches(path):
                return route.backend
        return None


def read_manifest(file: Path) -> RoutingTable:
    """The routing table of the ingress manifest in `file`. Raises: ManifestError."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ManifestError(f"The ingress manifest {file} cannot be read: {error.strerror}.") from error
    try:
        return parse_manifest(text)
    except ManifestError as error:
        raise ManifestError(f"{file}: {error}") from error


def parse_manifest(text: str) -> RoutingTable:
    """The routing table of one `networking.k8s.io/v1` Ingress in YAML.

    Raises: ManifestError for what is not one, and for what would make the ALB route otherwise than by path alone
    (hosts, a default backend, custom actions), because the gateway would then try another ingress than the real one.
    """
    try:
        documents = [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError as error:
        raise ManifestError(f"This is not YAML: {error}") from error
    match documents:
        case [{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {"rules": [_, *_] as rules}} as found]:
            _refuse_other_routing(found)
        case _:
            raise ManifestError("Expected one document: a networking.k8s.io/v1 Ingress with spec.rules.")
    return RoutingTable(_in_order([route for n, rule in enumerate(rules, 1) for route in _routes(f"rule {n}", rule)]))


def _refuse_other_routing(ingress: dict[str, Any]) -> None:
    match ingress.get("metadata"):
        case {"annotations": {**annotations}}:
            for name in annotations:
                if str(name).startswith(_REROUTING):
                    raise ManifestError(f"The annotation {name} is not supported: routing is by spec.rules alone.")
    if "defaultBackend" in ingress["spec"]:
        raise ManifestError("spec.defaultBackend is not supported: what no rule names is answered 404.")


def _routes(where: str, rule: Any) -> Iterator[Route]:
    match rule:
        case {"host": host}:
            raise ManifestError(f"{where}: host {host!r} is not supported: a local gateway answers for every host.")
        case {"http": {"paths": [_, *_] as paths}}:
            for n, path in enumerate(paths, 1):
                yield _route(f"{where}, path {n}", path)
        case _:
            raise ManifestError(f"{where}: expected http.paths with at least one path.")


def _route(where: str, entry: Any) -> Route:
    match entry:
        case {
            "path": str(path),
            "pathType": "Exact" | "Prefix" as kind,
            "backend": {"service": {"name": str(name), "port": {"number": int()}}},
        }:
            pass
        case _:
            raise ManifestError(
                f"{where}: expected path, pathType (Exact or Prefix) and backend.service with name and port.number,"
                f" found {entry!r}."
            )
    if not path.startswith("/"):
        raise ManifestError(f"{where}: {path!r} does not begin with a slash.")
    if "*" in path or "?" in path:
        raise ManifestError(f"{where}: {path!r} has a wildcard, which the controller refuses in {kind} paths.")
    return Route(path=path, exact=kind == "Exact", backend=name)


def _in_order(routes: list[Route]) -> tuple[Route, ...]:
    seen: set[tuple[str, bool]] = set()
    for route in routes:
        if (route.path, route.exact) in seen:
            raise ManifestError(f"The path {route.path!r} is there twice; only its first entry would ever be used.")
        seen.add((route.path, route.exact))
    return tuple(sorted(routes, key=lambda route: (not route.exact, 0 if route.exact else -len(route.path))))
