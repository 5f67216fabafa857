"""What the internet can reach: the public paths, through the load balancer, by TLS; and nothing else of the shop."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import cast

import yaml
from starlette.routing import Mount
from starlette.routing import Route as AppRoute

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.settings import Service, Settings
from adapters.inbound.gateway.routes import ManifestError, RoutingTable, parse_manifest
from tests.deploy.rendered import SERVICES, Manifest, Rendered, label

KEEPERS = ("/health", "/livez", "/readyz", "/metrics")
_NOBODYS = ("/", "/internal", "/internal/", "/internal/v1/stock", *KEEPERS)
_ALB = "alb.ingress.kubernetes.io/"


def only_public_paths_are_routed(rendered: Rendered) -> Iterator[str]:
    """Each path of the apps to its app, but `/internal` and what those ask who keep the process."""
    ingresses = rendered.of("Ingress")
    if len(ingresses) != 1:
        yield f"There are {len(ingresses)} Ingresses."
        return
    (ingress,) = ingresses
    try:
        table = _table(ingress)
    except ManifestError as error:
        yield f"{label(ingress)}: {error}"
        return
    for path in _NOBODYS:
        if table.match(path):
            yield f"{label(ingress)} makes {path} public."
    for service in SERVICES:
        for path in _paths(service):
            wanted = None if path.startswith("/internal/") or path in KEEPERS else service
            if table.match(path) != wanted:
                yield f"{label(ingress)} takes {path} of {service} to {table.match(path)}."


def _table(ingress: Manifest) -> RoutingTable:
    """As the local gateway reads it, which serves every host. Raises: ManifestError."""
    plain = deepcopy(ingress)
    for rule in plain["spec"].get("rules", ()):
        rule.pop("host", None)
    return parse_manifest(yaml.safe_dump(plain))


@cache
def _paths(service: str) -> tuple[str, ...]:
    app = new_app(Settings(service=cast("Service", service)))
    plain = [route.path.replace("{", "").replace("}", "") for route in app.routes if isinstance(route, AppRoute)]
    return (*plain, *(f"{route.path}/file.js" for route in app.routes if isinstance(route, Mount)))


def nothing_else_is_exposed(rendered: Rendered) -> Iterator[str]:
    """Services stay inside; no address of a node or of another balancer leads to one."""
    for service in rendered.of("Service"):
        spec = service["spec"]
        if spec.get("type", "ClusterIP") != "ClusterIP":
            yield f"{label(service)} is a {spec['type']}."
        if spec.get("externalIPs") or spec.get("externalName"):
            yield f"{label(service)} has an address of its own."


def the_balancer_speaks_tls(rendered: Rendered) -> Iterator[str]:
    """Plain HTTP is sent on to HTTPS, of a policy that knows nothing old; its targets are pods."""
    for ingress in rendered.of("Ingress") if rendered.on_aws else ():
        told = {
            name.removeprefix(_ALB): value
            for name, value in ingress["metadata"].get("annotations", {}).items()
            if name.startswith(_ALB)
        }
        if ingress["spec"].get("ingressClassName") != "alb":
            yield f"{label(ingress)} is nobody's."
        wanted = {"ssl-redirect": "443", "target-type": "ip", "backend-protocol": "HTTP", "scheme": "internet-facing"}
        yield from (
            f"{label(ingress)} needs {name}: {value}." for name, value in wanted.items() if told.get(name) != value
        )
        if not told.get("ssl-policy", "").startswith("ELBSecurityPolicy-TLS13-1-"):
            yield f"{label(ingress)} lets old TLS in."
        if not told.get("certificate-arn", "").startswith("arn:aws:acm:"):
            yield f"{label(ingress)} has no certificate."
        if '"HTTPS": 443' not in told.get("listen-ports", ""):
            yield f"{label(ingress)} does not listen for HTTPS."
        if "routing.http.drop_invalid_header_fields.enabled=true" not in told.get("load-balancer-attributes", ""):
            yield f"{label(ingress)} passes on headers that are none."


def customers_are_looked_after(rendered: Rendered) -> Iterator[str]:
    """Where customers are: a firewall, a log of each request, and nobody deletes the load balancer by mistake."""
    for ingress in rendered.of("Ingress") if rendered.on_aws and rendered.overlay != "eks" else ():
        told = ingress["metadata"].get("annotations", {})
        attributes = told.get(f"{_ALB}load-balancer-attributes", "")
        if not told.get(f"{_ALB}wafv2-acl-arn", "").startswith("arn:aws:wafv2:"):
            yield f"{label(ingress)} has no firewall."
        for wanted in ("access_logs.s3.enabled=true", "access_logs.s3.bucket=", "deletion_protection.enabled=true"):
            if wanted not in attributes:
                yield f"{label(ingress)} needs {wanted}."
