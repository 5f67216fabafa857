"""Makes up believable catalogues, the same for a seed, of any length."""

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import Any

from adapters.inbound.cli.catalogue.words import (
    COLOURS,
    ENDINGS,
    MIDDLES,
    OPENINGS,
    QUALITIES,
    SIZES,
    TAGS,
    Kind,
    kinds,
)

SOLD_OUT = 0.1
"""Of all products, so many have no units."""
ATTRIBUTES = ("colour", "material", "size")
_DESCRIPTION_MIN = 20


def products(number: int, seed: int, *, currency: str = "USD") -> Iterator[dict[str, Any]]:
    """So many products as `POST /v1/products` takes them, one after another; each sku is unique.

    A longer catalogue of the same seed begins with the shorter one. The largest category has some ten times as many
    products as the smallest; descriptions have 20 to 40 words.
    """
    chance = Random(seed)  # noqa: S311 - no secret: it is to be the same each time
    shares = tuple(accumulate(1 / rank for rank in range(2, len(kinds()) + 2)))
    for serial in range(1, number + 1):
        (kind,) = chance.choices(kinds(), cum_weights=shares)
        yield _product(chance, kind, serial, currency)


def _product(chance: Random, kind: Kind, serial: int, currency: str) -> dict[str, Any]:
    thing, material, colour = chance.choice(kind.things), chance.choice(kind.materials), chance.choice(COLOURS)
    quality, use = chance.choice(QUALITIES), chance.choice(kind.uses)
    name = chance.choice(
        (f"{thing}", f"{quality} {thing}", f"{quality} {material} {thing}", f"{material} {thing}, {colour}")
    )
    sku = f"{thing.split()[-1][:4].upper()}-{serial:06d}"
    return {
        "sku": sku,
        "name": name[0].upper() + name[1:],
        "description": _description(
            chance, thing=thing, material=material, colour=colour, quality=quality.lower(), use=use
        ),
        "category": kind.category,
        "tags": sorted(chance.sample(TAGS, chance.randint(0, 4))),
        "price": {"amount": _price(chance, kind), "currency": currency},
        "attributes": {"colour": colour, "material": material, "size": chance.choice(SIZES)},
        "images": [{"url": f"https://images.example.com/{sku.lower()}.jpg"}],
        "stock": 0 if chance.random() < SOLD_OUT else chance.randint(1, 200),
    }


def _description(chance: Random, **words: str) -> str:
    sentences = [chance.choice(OPENINGS), *chance.sample(MIDDLES, 3)]
    told = ""
    for sentence in sentences:
        told = f"{told} {sentence.format(**words)}".strip()
        if len(told.split()) >= _DESCRIPTION_MIN:
            break
    return f"{told} {chance.choice(ENDINGS)}"


def _price(chance: Random, kind: Kind) -> int:
    """More cheap ones than dear ones, and as shops write prices: ending in 99, 50 or 00."""
    amount = kind.low * (kind.high / kind.low) ** chance.random()
    return int(amount // 100) * 100 + chance.choice((99, 99, 50, 0))
