"""The words that made-up catalogues are made of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A category: what is in it, what it can be made of, for what it is, and its prices in minor units."""

    category: str
    low: int
    high: int
    things: Sequence[str]
    materials: Sequence[str]
    uses: Sequence[str]


@cache
def kinds() -> tuple[Kind, ...]:
    """All there are; those at the beginning have the most products."""
    told = json.loads((files(__package__) / "kinds.json").read_text(encoding="utf-8"))
    return tuple(Kind(**each) for each in told)


QUALITIES = tuple(
    "Light, Sturdy, Classic, Compact, Soft, Handmade, Everyday, Foldable, Waterproof, Warm, Slim, Large, Small, Simple,"
    " Quiet, Rugged, Vintage, Modern, Elegant, Lasting, Washable, Breathable, Portable, Nordic, Alpine, Coastal".split(
        ", "
    )
)
COLOURS = tuple(
    "black, white, grey, navy, sky blue, forest green, olive, brown, sand, ochre, red, burgundy, rose, violet, copper,"
    " cream".split(", ")
)
TAGS = tuple(
    "new, sale, gift, vegan, recycled, repairable, organic, handmade, limited, bestseller, outdoor, indoor, summer,"
    " winter, travel, kids, premium, basics, local, fair".split(", ")
)
SIZES = tuple("XS S M L XL one-size".split())

OPENINGS = (
    "A {quality} {thing} in {material}, made for {use}.",
    "This {thing} is as {quality} as they come and at home with {use}.",
    "Our {colour} {thing} of {material} was drawn with {use} in mind.",
    "Made of {material}, this {thing} stays {quality} through years of {use}.",
)
MIDDLES = (
    "The {material} ages well and is easy to clean.",
    "Every seam and every edge is checked by hand before it leaves the workshop.",
    "It weighs little and packs away small when it is not needed.",
    "It comes in {colour} and goes with almost anything.",
    "Nothing rattles, nothing sticks, and nothing has to be learned first.",
    "Spare parts are kept for ten years, and a repair costs less than a new one.",
    "People who bought it for {use} tell us they now use it for everything.",
    "It was tried for two winters by people who are hard to please.",
)
ENDINGS = (
    "Delivered without plastic.",
    "A good gift, too.",
    "Care instructions come with it.",
    "Made in small batches.",
    "Ten years of guarantee.",
)
