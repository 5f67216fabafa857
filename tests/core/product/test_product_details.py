"""What a shopkeeper may write about a product, and how a product changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.product.errors import ProductInvalid
from core.product.model import ATTRIBUTES_MAX, IMAGES_MAX, NAME_MAX, PRICE_MAX, TAGS_MAX, Changes, Image
from core.shared.money import Money
from tests.builders import NOW, a_product, details, usd

LATER = NOW + timedelta(minutes=1)
IMAGE = Image(url="https://example.com/1", alt="")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", ""),
        ("sku", "-1"),
        ("sku", "A B"),
        ("sku", "É1"),
        ("sku", "A" * 65),
        ("name", " "),
        ("name", "x" * 201),
        ("description", "x" * 10_001),
        ("category", ""),
        ("category", "x" * 65),
        ("tags", ("",)),
        ("tags", ("x" * 65,)),
        ("tags", tuple(str(number) for number in range(TAGS_MAX + 1))),
        ("attributes", {"": "x"}),
        ("attributes", {"x": "x" * 501}),
        ("attributes", {str(number): "" for number in range(ATTRIBUTES_MAX + 1)}),
        ("images", (Image(url="", alt=""),)),
        ("images", (Image(url="x" * 2_049, alt=""),)),
        ("images", (IMAGE,) * (IMAGES_MAX + 1)),
    ],
)
def test_details_that_break_a_rule_are_refused_by_their_field(field: str, value: Any) -> None:
    with pytest.raises(ProductInvalid) as refusal:
        details(**{field: value}).checked("USD")
    assert refusal.value.facts["errors"][0]["field"] == field  # type: ignore[index]  # facts are any values


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript://x/%0aalert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:image/svg+xml,<svg/>",
        "vbscript:x",
        "ftp://example.com/a.jpg",
        "http:a.jpg",
        "https:///a.jpg",
        "https://",
        " /a.jpg",
        "/a\n.jpg",
        "/a.jpg\n",
    ],
)
def test_an_image_is_no_script_and_at_no_other_scheme(url: str) -> None:
    with pytest.raises(ProductInvalid, match="images: addresses that are a path"):
        details(images=(Image(url=url, alt=""),)).checked("USD")


@pytest.mark.parametrize(
    "url",
    [
        "/images/boot-41.jpg",
        "images/x.jpg",
        "x.jpg",
        "../x.jpg?at=12:30",
        "/a:b.jpg",
        "/images/walking boot.jpg",
        "http://example.com/Ä.jpg",
        "HTTPS://example.com:8443",
    ],
)
def test_an_image_is_at_a_path_or_on_the_web(url: str) -> None:
    assert details(images=(Image(url=url, alt=""),)).checked("USD").images[0].url == url


def test_a_price_is_in_the_shops_currency_and_not_beyond_the_highest() -> None:
    with pytest.raises(ProductInvalid, match=r"price\.currency"):
        replace(details(), price=Money(amount=1, currency="EUR")).checked("USD")
    with pytest.raises(ProductInvalid, match=r"price\.amount"):
        details(price=PRICE_MAX + 1).checked("USD")
    assert details(price=PRICE_MAX).checked("USD").price == usd(PRICE_MAX)


def test_the_longest_of_everything_is_allowed() -> None:
    longest = details(
        sku="A" * 64,
        name="x" * 200,
        description="x" * 10_000,
        category="x" * 64,
        tags=tuple(f"{number:064}" for number in range(TAGS_MAX)),
        attributes={f"{number:064}": "x" * 500 for number in range(ATTRIBUTES_MAX)},
        images=(IMAGE,) * IMAGES_MAX,
    )
    assert longest.checked("USD") == longest


def test_a_tag_counts_once() -> None:
    assert details(tags=("a", "b", "a")).checked("USD").tags == ("a", "b")


def test_a_name_is_sorted_by_its_folded_words() -> None:
    assert a_product(name="  Crème -- BRÛLÉE, crème! ").name_key == "creme brulee"
    assert a_product(name="x" * 60 + " " + "y" * 60).name_key == "x" * 60 + " " + "y" * 60
    assert len(a_product(name="\ufdfa" * 200).name_key) <= NAME_MAX  # one letter that folds into eighteen


def test_changes_touch_only_what_they_name() -> None:
    changed = a_product().changed(Changes(name="Boots", amount=1), currency="USD", at=LATER)
    old = a_product()
    assert changed == replace(
        old, details=replace(old.details, name="Boots", price=usd(1)), version=2, updated_at=LATER
    )


def test_attributes_are_merged_and_none_removes_one() -> None:
    product = a_product(attributes={"colour": "brown", "size": "42"})
    changed = product.changed(Changes(attributes={"size": None, "sole": "rubber"}), currency="USD", at=LATER)
    assert changed.details.attributes == {"colour": "brown", "sole": "rubber"}


def test_changes_are_checked() -> None:
    with pytest.raises(ProductInvalid):
        a_product().changed(Changes(name=""), currency="USD", at=LATER)


def test_an_archived_product_is_archived_once_and_can_come_back() -> None:
    archived = a_product().archived(at=LATER)
    assert (archived.status, archived.version, archived.updated_at) == ("archived", 2, LATER)
    assert archived.archived(at=LATER) is archived
    assert archived.changed(Changes(name="Boots"), currency="USD", at=LATER).status == "archived"
    assert archived.changed(Changes(status="active"), currency="USD", at=LATER).status == "active"
