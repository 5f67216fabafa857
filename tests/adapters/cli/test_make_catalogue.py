"""Made-up catalogues are believable, the same for a seed, and as long as one likes."""

import csv
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.inbound.cli.app import create
from adapters.inbound.cli.catalogue.columns import header
from adapters.inbound.cli.catalogue.made_up import products
from adapters.inbound.web.product.schemas import ProductIn
from tests.adapters.cli.stand_ins import actions

MADE = list(products(5_000, 1))


def made(*arguments: object) -> Result:
    runner = CliRunner(env={"NO_COLOR": "1", "TERM": "dumb", "CURRENCY": None})
    return runner.invoke(create(actions()), ["make-catalogue", *map(str, arguments)], prog_name="shop")


def test_a_seed_makes_the_same_products_and_another_makes_others() -> None:
    assert list(products(100, 7)) == list(products(100, 7))
    assert [product["name"] for product in products(100, 7)] != [product["name"] for product in products(100, 8)]


def test_a_longer_catalogue_begins_with_the_shorter_one() -> None:
    assert list(products(10, 1)) == MADE[:10]


def test_nothing_is_made_before_it_is_asked_for() -> None:
    assert len(list(islice(products(10**12, 1), 3))) == 3


def test_every_product_is_one_that_the_shop_takes() -> None:
    for product in MADE:
        details = ProductIn.model_validate(product).to_details()
        assert details.checked("USD") == details


def test_no_two_products_share_a_sku() -> None:
    assert len({product["sku"] for product in MADE}) == len(MADE)


def test_there_are_dozens_of_categories_of_very_different_sizes() -> None:
    sizes = [size for _, size in Counter(product["category"] for product in MADE).most_common()]
    assert len(sizes) >= 30
    assert sizes[0] > 8 * sizes[-1]


def test_descriptions_have_20_to_40_words() -> None:
    lengths = [len(product["description"].split()) for product in MADE]
    assert 20 <= min(lengths) <= max(lengths) <= 40


def test_some_ten_percent_are_sold_out() -> None:
    assert 0.08 < sum(product["stock"] == 0 for product in MADE) / len(MADE) < 0.12


def test_things_are_called_what_they_are_and_vary() -> None:
    names = [product["name"] for product in MADE]
    assert "Walking boot" in names
    assert len(set(names)) > len(names) / 3
    prices = [product["price"]["amount"] for product in MADE]
    assert len({product["description"] for product in MADE}) > len(MADE) * 0.9
    assert len(set(prices)) > 500


def test_it_writes_ndjson_and_csv_says_the_same(tmp_path: Path) -> None:
    told = made(20)
    assert told.exit_code == 0
    assert [json.loads(line) for line in told.stdout.splitlines()] == MADE[:20]
    assert made(20, "--output", tmp_path / "a.ndjson").output == ""
    assert (tmp_path / "a.ndjson").read_text(encoding="utf-8") == told.stdout
    made(20, "--output", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert header(list(rows[0])) == list(rows[0])
    assert [(row["sku"], row["price"], row["tags"]) for row in rows] == [
        (product["sku"], str(product["price"]["amount"]), "|".join(product["tags"])) for product in MADE[:20]
    ]


def test_a_seed_and_a_currency_can_be_chosen() -> None:
    assert json.loads(made(1, "--seed", 5, "--currency", "EUR").stdout) == next(products(1, 5, currency="EUR"))


@pytest.mark.parametrize("number", [0, 1])
def test_few_are_few(number: int) -> None:
    assert len(made(number).stdout.splitlines()) == number


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    told = made(1, "--output", tmp_path / "nowhere" / "a.csv")
    assert (told.exit_code, told.stderr) == (
        1,
        f"shop: {tmp_path / 'nowhere' / 'a.csv'} cannot be written: No such file or directory.\n",
    )
