"""Service tokens as we make and check them, beyond what the ports ask for."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.outbound.security.service_keys import Peer, ServiceKey, peers
from adapters.outbound.security.service_tokens import ServiceTokenVerifier
from core.shared.context import Caller
from core.shared.errors import Unauthenticated
from tests.adapters.security.doors import at_product
from tests.adapters.security.forgeries import forged_service_token, service_tokens
from tests.adapters.security.holders import Published, callers, key, service_key
from tests.fakes import FixedClock

ORDER = Caller(id="order", kind="service")


async def test_a_token_written_by_hand_is_good_if_it_is_right() -> None:
    """Or else what is forged by hand would be refused for nothing."""
    clock = FixedClock()
    assert await at_product(Published(), clock).verify(forged_service_token(clock)) == ORDER


async def test_a_token_is_issued_again_for_half_its_life() -> None:
    clock = FixedClock()
    tokens = service_tokens(clock)
    first = tokens.issue("product")
    clock.advance(29)
    assert tokens.issue("product") == first
    assert tokens.issue("cart") != first
    clock.advance(1)
    assert tokens.issue("product") != first


async def test_a_service_that_changes_its_key_is_known_by_both() -> None:
    clock = FixedClock()
    product = at_product(Published(), clock)
    for name in ("order", "new"):
        assert await product.verify(service_tokens(clock, "order", key=name).issue("product")) == ORDER


async def test_whoever_has_the_key_of_the_cart_is_the_cart_and_no_other() -> None:
    clock = FixedClock()
    product = at_product(Published(), clock)
    for name in ("product", "user", "order", "audit"):
        with pytest.raises(Unauthenticated):
            await product.verify(service_tokens(clock, name, key="cart").issue("product"))
    assert (await product.verify(service_tokens(clock, "cart").issue("product"))).id == "cart"


class Counted(Ed25519PublicKey):
    """A key that counts what it is asked."""

    def __init__(self, inner: Ed25519PublicKey) -> None:
        self.inner = inner
        self.asked = 0

    def verify(self, signature: object, data: object) -> None:
        self.asked += 1
        self.inner.verify(signature, data)  # type: ignore[arg-type]

    def public_bytes(self, encoding: object, format: object) -> bytes:
        return self.inner.public_bytes(encoding, format)  # type: ignore[arg-type]

    def public_bytes_raw(self) -> bytes:
        return self.inner.public_bytes_raw()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __copy__(self) -> "Counted":
        return self

    def __deepcopy__(self, memo: object) -> "Counted":
        return self


async def test_a_good_token_is_checked_once_and_a_bad_one_each_time() -> None:
    clock = FixedClock()
    public, peer = next((public, peer) for public, peer in callers().items() if public == service_key("order").public)
    counted = Counted(peer.key)
    product = ServiceTokenVerifier(name="product", peers={public: Peer(name="order", key=counted)}, clock=clock)
    token = service_tokens(clock).issue("product")
    for _ in range(10):
        assert await product.verify(token) == ORDER
    assert counted.asked == 1
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await product.verify(token[:-4] + "AAAA")
    assert counted.asked == 4


async def test_only_so_many_good_tokens_are_remembered_and_no_bad_one() -> None:
    clock = FixedClock()
    product = ServiceTokenVerifier(name="product", peers=callers(), clock=clock, remembered=3)
    for _ in range(10):
        clock.advance(30)
        await product.verify(service_tokens(clock).issue("product"))
        with pytest.raises(Unauthenticated):
            await product.verify(service_tokens(clock, key="stranger").issue("product"))
    assert len(product._good) == 3


async def test_many_at_once_with_one_token_are_let_in() -> None:
    clock = FixedClock()
    product = at_product(Published(), clock)
    token = service_tokens(clock).issue("product")
    assert set(await asyncio.gather(*(product.verify(token) for _ in range(100)))) == {ORDER}


def test_a_key_is_read_back_and_not_shown() -> None:
    made = ServiceKey.new()
    assert ServiceKey.of(made.pem).public == made.public
    assert ServiceKey.new().public != made.public
    assert "private" not in repr(made)


@pytest.mark.parametrize("wrong", ["", "nonsense", "\ud800", service_key("order").pem[:-40]])
def test_what_is_no_ed25519_key_is_refused_and_not_echoed(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^The key of a service ") as refused:
        ServiceKey.of(wrong)
    assert not any(line in str(refused.value) for line in wrong.splitlines() if line)


def test_an_rsa_key_is_no_service_key() -> None:
    with pytest.raises(ValueError, match="is an Ed25519 key"):
        ServiceKey.of(key().pem)


def test_peers_are_words_whatever_stands_between_them() -> None:
    one, other = service_key("order").public, service_key("cart").public
    for text in (
        f"order={one} cart={other}",
        f"\n  cart={other}\n\n\torder={one}\r\n",
        f"order={one} order={one} cart={other}",
    ):
        assert {public: peer.name for public, peer in peers(text).items()} == {one: "order", other: "cart"}
    assert peers("  ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "order",
        "order=",
        "=" + service_key("order").public,
        service_key("order").public,
        f"order={service_key('order').public[:-1]}",
        f"order={service_key('order').public}=",
        f"order={service_key('order').public}A",
        "order=" + "\u00e9" * 43,
        "order=" + "+" * 43,
        f"order: {service_key('order').public}",
        f"order={service_key('order').public[:-1]}B",  # the same key, in a spelling that nobody writes
        service_key("order").pem,
    ],
)
def test_peers_of_another_form_are_refused_and_not_echoed(text: str) -> None:
    with pytest.raises(ValueError, match="is not name=key") as refused:
        peers(f"cart={service_key('cart').public} {text}")
    assert service_key("order").public[:20] not in str(refused.value)


def test_two_services_with_one_key_are_refused() -> None:
    public = service_key("order").public
    with pytest.raises(ValueError, match="cart and order have the same key"):
        peers(f"order={public} cart={public}")
