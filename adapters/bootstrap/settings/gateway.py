"""What the local gateway is told."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from adapters.bootstrap.settings.reading import READ


class GatewaySettings(BaseModel):
    """Of the local gateway: where to listen, where the services are, and which ingress to follow."""

    model_config = READ

    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    gateway_port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on.")] = 8080
    log_format: Annotated[
        Literal["auto", "json", "text"],
        Field(description="How its lines are written: as JSON, or as text; `auto` is text on a terminal, else JSON."),
    ] = "auto"
    product_url: Annotated[str, Field(description="Where the product service answers.")] = "http://127.0.0.1:3001"
    user_url: Annotated[str, Field(description="Where the user service answers.")] = "http://127.0.0.1:3002"
    cart_url: Annotated[str, Field(description="Where the cart service answers.")] = "http://127.0.0.1:3003"
    order_url: Annotated[str, Field(description="Where the order service answers.")] = "http://127.0.0.1:3004"
    ingress_file: Annotated[
        Path | None, Field(description="The ingress manifest to route by; else the one of this checkout.")
    ] = None
