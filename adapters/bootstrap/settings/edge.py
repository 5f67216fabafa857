"""Where a process listens, and what it lets in."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from adapters.bootstrap.settings.reading import READ

_ORIGIN = re.compile(
    r"(?!http://.*:80\Z|https://.*:443\Z)https?://(?:[a-z0-9]+(?:[.-]+[a-z0-9]+)*|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?"
)
"""As the `Origin` header has it (RFC 6454, section 6.1): lower case, no path, and no port that the scheme implies."""


class EdgeSettings(BaseModel):
    """Of the edge that a service has to the world."""

    model_config = READ

    environment: Annotated[
        Literal["development", "production"],
        Field(description="In `production`, stand-ins for secrets and stores that forget are refused."),
    ] = "development"
    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int | None, Field(ge=1, le=65535, description="The port to listen on; else the service's own.")] = (
        None
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="What is logged.")] = "INFO"
    log_format: Annotated[
        Literal["auto", "json", "text"],
        Field(description="How: a JSON object a line, or text to read; `auto` is text on a terminal, else JSON."),
    ] = "auto"
    access_log: Annotated[bool, Field(description="Whether each request is logged in a line.")] = True
    metrics: Annotated[
        bool, Field(description="Whether `/metrics` is served, on the service's own port, for Prometheus.")
    ] = True
    otel_exporter_otlp_endpoint: Annotated[
        str, Field(description="Where traces go: a collector's base URL for OTLP over HTTP; without it, nowhere.")
    ] = ""
    traces_ratio: Annotated[
        float, Field(ge=0, le=1, description="Which part of the traces that begin here is recorded.")
    ] = 0.01
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="The shop's one currency, by ISO 4217.")] = "USD"
    trusted_hops: Annotated[
        int,
        Field(
            ge=0,
            le=10,
            description="How many proxies of ours a request passes: so many entries of `X-Forwarded-For`, from the"
            " right, are believed.",
        ),
    ] = 0
    requests_per_minute: Annotated[
        int,
        Field(
            ge=0,
            le=60_000,
            description="How many requests of one caller each process takes in a minute: a customer counts by id,"
            " anybody else by address; 0: as many as come.",
        ),
    ] = 1_200
    cors_origins: Annotated[
        str,
        Field(
            description="Origins, such as `https://shop.example`, whose pages may call us from a browser;"
            " separated by commas."
        ),
    ] = ""
    docs: Annotated[
        bool | None,
        Field(
            description="Whether `/docs/<service>` and `/openapi/<service>.json` are served; unset, they are, but not"
            " in `production`."
        ),
    ] = None
    body_limit_bytes: Annotated[int, Field(ge=1024, description="The longest request body that is read.")] = 1_048_576
    import_limit_bytes: Annotated[
        int, Field(ge=1024, description="The longest body of an import, which is read line by line.")
    ] = 2**30
    request_seconds: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="How long a request may take, in all.")
    ] = 10

    @property
    def serves_docs(self) -> bool:
        return self.environment != "production" if self.docs is None else self.docs

    @property
    def origins(self) -> Sequence[str]:
        """Of `CORS_ORIGINS`."""
        return tuple(origin.strip() for origin in self.cors_origins.split(",") if origin.strip())

    @field_validator("cors_origins")
    @classmethod
    def _each_is_an_origin(cls, origins: str) -> str:
        for origin in origins.split(",") if origins.strip() else ():
            if not _ORIGIN.fullmatch(origin.strip()):
                raise ValueError("An origin is https://host or https://host:port as browsers send it, and never a `*`")
        return origins
