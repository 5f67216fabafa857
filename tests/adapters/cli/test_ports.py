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
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
        socket.create_server(("127.0.0.1", 0)) as three,
    ):
        a, b, c = (listener.getsockname()[1] for listener in (one, two, three))
        taken = [Port(number=a, purpose="the cart service", option="--base-port")]
        taken += [Port(number=b, purpose="the order service", option="--base-port")]
        taken += [Port(number=c, purpose="the gateway", option="--gateway-port")]
        with pytest.raises(CommandFailed, match=r"are taken\. Choose another by --base-port or --gateway-port"):
            require_free(taken)


def test_a_port_that_is_needed_twice_is_told_before_any_is_tried() -> None:
    ports = [Port(number=9090, purpose="the database", option="--base-port")]
    ports += [Port(number=9090, purpose="the gateway", option="--gateway-port")]
    with pytest.raises(CommandFailed) as failed:
        require_free(ports)
    assert str(failed.value) == (
        "Port 9090 is needed twice, for the database and for the gateway. Choose another by --base-port or"
        " --gateway-port."
    )


async def test_a_listener_accepts_and_nobody_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        assert await accepts(number)
    assert not await accepts(number)
