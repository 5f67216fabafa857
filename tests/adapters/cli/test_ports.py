"""A port that is taken is named, with what it is for and how to choose another."""

import socket

import pytest

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.ports import Port, accepts, require_free


def test_free_ports_are_fine_also_just_after_a_connection_ended_on_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", number)), listener.accept()[0] as accepted:
            accepted.shutdown(socket.SHUT_RDWR)  # this side closes first, and lingers in TIME_WAIT
    require_free([Port(number=number, purpose="the cart service", option="--base-port")])


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - a server elsewhere may listen so
def test_a_taken_port_is_named(address: str) -> None:
    with socket.create_server((address, 0)) as listener:
        number = listener.getsockname()[1]
        with pytest.raises(CommandFailed) as failed:
            require_free([Port(number=number, purpose="the cart service", option="--base-port")])
    assert str(failed.value) == (
        f"Port {number} (for the cart service) is taken. Choose another by --base-port, or end what uses it."
    )


def test_every_taken_port_is_named_and_every_option_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        a, b = (listener.getsockname()[1] for listener in (one, two))
        taken = [Port(number=a, purpose="the cart service", option="--base-port")]
        taken += [Port(number=b, purpose="the order service", option="--base-port")]
        taken += [Port(number=b, purpose="the gateway", option="--gateway-port")]
        with pytest.raises(CommandFailed, match=r"are taken\. Choose another by --base-port or --gateway-port"):
            require_free(taken)


async def test_a_listener_accepts_and_nobody_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        assert await accepts(number)
    assert not await accepts(number)
