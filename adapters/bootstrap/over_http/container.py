"""A service as a container runs it: its routes and those for the others, its rounds, and what Prometheus reads."""

from collections.abc import Sequence

from adapters.bootstrap.common import Common
from adapters.bootstrap.over_http.peers import Peers
from adapters.bootstrap.parts import ServiceParts
from adapters.bootstrap.web import web_app
from adapters.inbound.web.openapi import ShopApp
from adapters.inbound.worker import gauges
from adapters.inbound.worker.rounds import Rounds
from adapters.outbound.http_client.channel import Channel


def container(common: Common, peers: Peers, service: ServiceParts, *, channels: Sequence[Channel] = ()) -> ShopApp:
    """The whole of it as an app, which opens and closes what it stands on, the `channels` to others included."""
    books = service.count_books
    return web_app(
        common,
        service.router(),
        verifier=service.verifier,
        service_verifier=peers.verifier,
        resources=(
            *common.foundation,
            *channels,
            *service.resources,
            *rounds(common, service),
            *((common.rounds("count_books", books, seconds=gauges.SECONDS),) if books else ()),
        ),
        metrics=common.settings.metrics,
    )


def rounds(common: Common, service: ServiceParts) -> Sequence[Rounds]:
    """What goes on without a request."""
    return [common.rounds(name, round) for name, round in service.rounds.items()]
