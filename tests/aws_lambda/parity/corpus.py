"""All that is asked, by one way: twice a new shop, the second of which is soon asked too often."""

import functools
from collections.abc import Callable, Mapping, Sequence

from tests.aws_lambda.parity.accounts import accounts
from tests.aws_lambda.parity.asking import Asking, Kept
from tests.aws_lambda.parity.goods import goods
from tests.aws_lambda.parity.odd import long, odd
from tests.aws_lambda.parity.plain import Plain, Plainly
from tests.aws_lambda.parity.purchases import purchases
from tests.aws_lambda.parity.sweeps import sweeps, too_often
from tests.aws_lambda.parity.ways import Twin, way

Part = Callable[[Asking], None]

PARTS: Sequence[Part] = (goods, accounts, purchases, sweeps, odd, long)


@functools.cache
def questions(name: str) -> Mapping[str, Kept]:
    """Each with its answer; asked once a process."""
    with way(name) as here:
        ask = Asking(here)
        for part in PARTS:
            part(ask)
    with way(name, requests_per_minute=1) as here:
        often = Asking(here)
        too_often(often)
    return {**ask.kept, **often.kept}


def answers(name: str) -> Mapping[str, Plain]:
    """As they are compared."""
    return plain(questions(name))


def plain(kept: Mapping[str, Kept]) -> Mapping[str, Plain]:
    plainly = Plainly()
    return {question: plainly(question, each.got) for question, each in kept.items()}


def answers_by(name: str, twin: Twin, *parts: Part) -> Mapping[str, Plain]:
    """Those to some parts of it, by a handler that is broken."""
    with way(name, twin=twin) as here:
        ask = Asking(here)
        for part in parts:
            part(ask)
    return plain(ask.kept)
