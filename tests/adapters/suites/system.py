"""The suites of the ports for time, ids, secrets, words and tallies."""

from collections.abc import Sequence
from functools import partial

from adapters.outbound.memory.tallies import MemoryTallies
from adapters.outbound.snowball.product import SnowballStemmer
from adapters.outbound.system.clock import SystemClock
from adapters.outbound.system.ids import Uuid7
from adapters.outbound.system.secret import UrlSafeSecret
from core.product.ports import Stemmer
from core.shared.ports import Clock, NewId, NewSecret, Tallies
from tests.adapters.contracts import clocks, ids, secrets, stemmers, tallies, unguessable_ids, unguessable_secrets
from tests.adapters.contracts.ids import Maker
from tests.adapters.stores import in_mongo
from tests.adapters.suites.suite import Opener, Suite, broken, made_by
from tests.adapters.system.counting import Counting
from tests.adapters.system.timepieces import OfTheLoop, OfTheTest, OfThisMachine, Settable
from tests.adapters.twins import clocks as broken_clocks
from tests.adapters.twins import ids as broken_ids
from tests.adapters.twins import secrets as broken_secrets
from tests.adapters.twins import stemmers as broken_stemmers
from tests.adapters.twins import tallies as broken_tallies
from tests.adapters.twins import unguessable_ids as guessable_ids
from tests.adapters.twins import unguessable_secrets as guessable_secrets
from tests.adapters.twins.every import every_twin
from tests.fakes import FixedClock, PlainStemmer, SequentialIds, SequentialSecrets


def _maker(kind: type) -> Opener:
    def made() -> Maker:
        clock = FixedClock()
        return Maker(clock=clock, new_id=kind(clock))

    return made_by(made)


def _makers(kind: type) -> Opener:
    """Of ids; all go by one clock."""
    return made_by(lambda: partial(kind, FixedClock()))


def _kind(kind: type) -> Opener:
    """A class makes makers."""
    return made_by(lambda: kind)


SUITES: Sequence[Suite] = (
    Suite(
        port=Clock,
        contracts=(clocks,),
        adapters={
            "system": made_by(lambda: OfThisMachine(SystemClock())),
            "fixed": made_by(OfTheTest),
            "loop": made_by(OfTheLoop),
            "settable": made_by(Settable),
        },
        twins=broken(*every_twin(broken_clocks)),
        adapter=lambda timepiece: timepiece.clock,
    ),
    Suite(
        port=NewId,
        contracts=(ids,),
        adapters={"uuid7": _maker(Uuid7), "sequential": _maker(SequentialIds), "counting": _maker(Counting)},
        twins={twin.__name__: _maker(twin) for twin in every_twin(broken_ids)},
        adapter=lambda maker: maker.new_id,
    ),
    Suite(
        port=NewId,
        contracts=(unguessable_ids,),
        adapters={"unguessable_uuid7": _makers(Uuid7)},
        twins={twin.__name__: _makers(twin) for twin in every_twin(guessable_ids)},
        adapter=lambda makers: makers(),
    ),
    Suite(
        port=NewSecret,
        contracts=(secrets,),
        adapters={"url_safe": made_by(UrlSafeSecret), "sequential": made_by(SequentialSecrets)},
        twins=broken(*every_twin(broken_secrets)),
    ),
    Suite(
        port=NewSecret,
        contracts=(unguessable_secrets,),
        adapters={"unguessable_url_safe": _kind(UrlSafeSecret)},
        twins={twin.__name__: _kind(twin) for twin in every_twin(guessable_secrets)},
        adapter=lambda makers: makers(),
    ),
    Suite(
        port=Stemmer,
        contracts=(stemmers,),
        adapters={"snowball": made_by(SnowballStemmer), "plain": made_by(PlainStemmer)},
        twins=broken(*every_twin(broken_stemmers)),
    ),
    Suite(
        port=Tallies,
        contracts=(tallies,),
        adapters={"memory": made_by(lambda: MemoryTallies(FixedClock())), "mongo": lambda: in_mongo("tallies")},
        twins=broken(*every_twin(broken_tallies)),
    ),
)
