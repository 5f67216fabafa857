"""The local gateway as a process: `python -m adapters.bootstrap.gateway`."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from adapters.bootstrap.settings import GatewaySettings, read
from adapters.inbound.gateway.app import gateway, serve
from adapters.inbound.gateway.routes import ManifestError, RoutingTable, read_manifest
from adapters.telemetry.logs import start_logging
from core import VERSION

INGRESS = Path(__file__).parents[2] / "k8s" / "base" / "ingress" / "ingress.yaml"


def main(make: Callable[[RoutingTable, Mapping[str, str]], Any] = gateway) -> None:
    """Serves what `make` makes until a signal ends it; says in one line why it cannot."""
    settings = read(GatewaySettings)
    start_logging(level="INFO", form=settings.log_format, service="gateway", version=VERSION)
    backends = {
        "product": settings.product_url,
        "user": settings.user_url,
        "cart": settings.cart_url,
        "order": settings.order_url,
    }
    try:
        app = make(read_manifest(settings.ingress_file or INGRESS), backends)
        asyncio.run(serve(app, settings.host, settings.gateway_port))
    except (ManifestError, ValueError) as error:
        raise SystemExit(f"gateway: {error}") from error
    except OSError as error:
        raise SystemExit(
            f"gateway: cannot listen on {settings.host}:{settings.gateway_port}: {error.strerror}."
            " Choose another port with GATEWAY_PORT."
        ) from error


if __name__ == "__main__":
    main()
