"""The terminal shows what there is room for, and what matters most first."""

import io
from itertools import product

import pytest
from rich.console import Console

from adapters.inbound.cli.status.summary import ShopStatus
from adapters.inbound.cli.status.view import View
from adapters.inbound.cli.status.words import age, duration, rate, share, sparkline
from tests.adapters.cli.status.services import busy
from tests.adapters.cli.status.test_history import NOW, Shop

WIDTHS = (30, 40, 60, 80, 100, 120, 200)
HEIGHTS = (3, 8, 13, 14, 15, 24, 50)


def seen(*, cart_gone: bool = False, routes: int = 0) -> Shop:
    shop = Shop()
    shop.look()
    busy(shop.services)
    for number in range(routes):
        shop.services["product"].serves(1, route=f"/v1/made/up/{number}")
    shop.look()
    if cart_gone:
        shop.states["cart"] = "not answering"
    return shop


def drawn(
    shop: Shop, width: int, height: int, *, live: bool = True, encoding: str = "utf-8", told: ShopStatus | None = None
) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    console = Console(file=file, width=width, height=height, _environ={})
    console.print(View(told or shop.look(), shop.histories, every=1.0, live=live))
    file.seek(0)
    return file.read()


def line(text: str, begins: str) -> str:
    (found,) = (line for line in text.splitlines() if line.startswith(begins))
    return found


def test_a_small_terminal_has_all_sections() -> None:
    text = drawn(seen(), 80, 24)
    assert len(text.splitlines()) <= 24
    for head in ("req/s", "p50", "p95", "p99", "busy", "lag", "mongo", "calls/s", "retries/s", "route"):
        assert head in text
    assert line(text, "order   ").split()[1] == "ready"
    assert "4/100" in line(text, "product ")
    assert line(text, "checkouts") == "checkouts 8 confirmed, 3 out of stock, 2 pending in 2s"
    assert line(text, "undecided") == "undecided 2 pending (oldest 1m15s)"
    assert line(text, "outbox") == "outbox    5 events (oldest 3s)   units held 1,234"
    assert line(text, "workers") == "workers   rounds in 2s: order resume_orders 3, 1 failed, 7 done"
    assert line(text, "GET /v1/products/{id}").split()[2:5] == ["product", "50.0", "0.0"]


@pytest.mark.parametrize("cart_gone", [False, True])
def test_it_fits_any_terminal(cart_gone: bool) -> None:
    shop = seen(cart_gone=cart_gone, routes=60)
    told = shop.look()
    for width, height in product(WIDTHS, HEIGHTS):
        lines = drawn(shop, width, height, told=told).splitlines()
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
        if height >= 8:
            assert [it.split()[0] for it in lines[3:7]] == ["product", "user", "cart", "order"]
        assert not lines[-1].startswith(("calls ", "route ", "service"))


def test_a_larger_terminal_shows_more() -> None:
    small, large = drawn(seen(routes=60), 80, 24), drawn(seen(routes=60), 160, 60)
    assert ("mem" in small, "mem" in large) == (False, True)
    assert ("last minute" in small, "last minute" in large) == (False, True)
    assert large.count("/v1/made/up/") > small.count("/v1/made/up/") + 20


def test_a_narrow_one_gives_up_what_matters_least() -> None:
    heads = drawn(seen(), 40, 24).splitlines()[2].split()
    assert heads[:3] == ["service", "state", "req/s"]
    assert "p95" in heads
    assert not {"p50", "mem", "cpu%"} & {*heads}


def test_one_that_does_not_answer_is_said_with_its_address() -> None:
    text = drawn(seen(cart_gone=True), 80, 24)
    assert line(text, "cart  ").split()[:4] == ["cart", "no", "answer", "0s"]
    assert line(text, "cart at") == "cart at http://cart: nobody is there"
    assert line(text, "user ").split()[1] == "ready"


def test_figures_that_nobody_could_count_lately_are_said_to_be_old() -> None:
    shop = seen()
    counted = [shop.services[name].metrics.round_success.labels("count_books") for name in ("product", "order")]
    for ago, said in ((10, ""), (75, "   as of 1m15s ago")):
        counted[0].set(NOW - 5)
        counted[1].set(NOW - ago)
        text = drawn(shop, 80, 24)
        assert line(text, "undecided") == f"undecided 2 pending (oldest 1m15s){said}"
        assert line(text, "outbox") == f"outbox    5 events (oldest 3s)   units held 1,234{said}"
    counted[1].set(0)
    text = drawn(shop, 80, 24)
    assert line(text, "outbox") == "outbox    - events   units held 1,234"


def test_a_snapshot_is_not_cut_to_the_terminal_and_has_no_keys() -> None:
    text = drawn(seen(routes=60), 80, 5, live=False)
    assert "GET /v1/products/{id}" in text
    assert text.count("/v1/made/up/") < 10
    assert "q ends" not in text
    assert "trend" not in text
    assert "q ends" in drawn(seen(), 80, 5)


def test_services_of_different_versions_are_told_apart() -> None:
    shop = seen()
    assert drawn(shop, 80, 24).startswith("Portico 1.2.3 ")
    shop.services["user"].restart_as("1.3.0")
    text = drawn(shop, 80, 24)
    assert text.startswith("Portico ")
    assert "1.3.0" in line(text, "user ")
    assert "1.2.3" in line(text, "cart  ")


def test_a_terminal_without_unicode_gets_none() -> None:
    assert drawn(seen(), 120, 40, encoding="ascii").isascii()


def test_before_the_second_look_what_is_not_known_is_a_dash() -> None:
    text = drawn(Shop(), 80, 24)
    assert "no figures yet" in text
    assert line(text, "checkouts") == "checkouts -"
    assert line(text, "cart ").split()[3] == "-"


def test_numbers_are_short_words() -> None:
    assert [duration(it) for it in (None, 0.00004, 0.0042, 0.0123, 0.9994, 0.9996, 12.34)] == [
        "-", "40us", "4.2ms", "12ms", "999ms", "1.0s", "12.3s",
    ]  # fmt: skip
    assert [age(it) for it in (None, 0.5, 59, 75, 3_600, 90_000)] == ["-", "0s", "59s", "1m15s", "1h00m", "1d01h"]
    assert [rate(it) for it in (None, 0.04, 99.4, 99.6, 12_345)] == ["-", "0.0", "99.4", "100", "12,345"]
    assert [share(it) for it in (None, 0, 0.0001, 0.0005, 1)] == ["-", "0.0", "<0.1", "0.1", "100.0"]


def test_a_sparkline_is_as_high_as_its_values() -> None:
    assert sparkline([0, 5, 10, None, 10]) == "▁▅█ █"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
