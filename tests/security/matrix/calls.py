"""How each operation of the table is called, by its service, method and path."""

from collections.abc import Mapping

from adapters.bootstrap.settings import Service
from tests.security.matrix import calls_cart, calls_order, calls_product, calls_user
from tests.security.matrix.scene import Call, Prepare, Scene
from tests.security.matrix.table import SERVICES, Operation


def fixed(path: str, names: str) -> Prepare:
    async def prepare(scene: Scene) -> Call:
        return Call(path=path, names=names)

    return prepare


def _of_every(service: Service) -> Mapping[str, Prepare]:
    return {
        "GET /livez": fixed("/livez", '"ok"'),
        "GET /readyz": fixed("/readyz", '"ok"'),
        "GET /metrics": fixed("/metrics", "http_server_active_requests"),
        "GET /health": fixed("/health", f'"{service}"'),
        f"GET /docs/{service}": fixed(f"/docs/{service}", "swagger-ui"),
        f"GET /docs/{service}/start.js": fixed(f"/docs/{service}/start.js", f"/openapi/{service}.json"),
        f"GET /docs/{service}/assets/*": fixed(f"/docs/{service}/assets/swagger-ui.css", "swagger-ui"),
        f"GET /openapi/{service}.json": fixed(f"/openapi/{service}.json", f"Portico: {service}"),
    }


_OWN: Mapping[Service, Mapping[str, Prepare]] = {
    "product": calls_product.CALLS,
    "user": calls_user.CALLS,
    "cart": calls_cart.CALLS,
    "order": calls_order.CALLS,
}
CALLS: Mapping[Operation, Prepare] = {
    Operation(service=service, method=name.split()[0], path=name.split()[1]): prepare
    for service in SERVICES
    for name, prepare in {**_of_every(service), **_OWN[service]}.items()
}
