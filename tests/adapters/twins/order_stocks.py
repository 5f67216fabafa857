"""Ways to hold units as one could get them wrong."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from adapters.outbound.in_process.order import InProcessStock
from core.order.errors import HoldClosed, OutOfStock, ProductNotForSale
from core.product import errors as product_errors
from core.product.errors import ProductNotFound
from core.product.use_cases import ProductUseCases
from core.shared.errors import Unavailable
from tests.builders import an_id

Quantities = Mapping[str, int]


class LastLineForgotten(InProcessStock):
    """Holds all lines but one."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        lines = list(quantities.items())
        await super().hold(order_id, dict(lines[:-1] if len(lines) > 1 else lines))


class OneUnitEach(InProcessStock):
    """Loses the quantities."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        await super().hold(order_id, {id: min(1, quantity) for id, quantity in quantities.items()})


class HeldEachTime(InProcessStock):
    """Makes a new request of each repeat."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.held: set[str] = set()

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        again = order_id in self.held
        self.held.add(order_id)
        await super().hold(an_id(1_000_000 + len(self.held)) if again else order_id, quantities)


class OneOrderForAll(InProcessStock):
    """Holds everything in the name of its first order."""

    first = ""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        self.first = self.first or order_id
        await super().hold(self.first, quantities)


class ShortageSwallowed(InProcessStock):
    """Takes a shortage for a hold."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        with suppress(OutOfStock):
            await super().hold(order_id, quantities)


class FirstShortLineOnly(InProcessStock):
    """Names one short line, and not the others."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except OutOfStock as short:
            raise OutOfStock(short.lines[:1]) from short


class UnitsMissing(InProcessStock):
    """Names how many units are missing, instead of how many there are."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except OutOfStock as short:
            missing = tuple(replace(line, available=line.quantity - line.available) for line in short.lines)
            raise OutOfStock(missing) from short


class TidiedAfterAShortage(InProcessStock):
    """Gives back by itself, so that a repeat finds the order closed."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except OutOfStock:
            await self.release(order_id, quantities)
            raise


class ClosedIsHeld(InProcessStock):
    """Takes a closed hold for one that is there already."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        with suppress(HoldClosed):
            await super().hold(order_id, quantities)


class ClosedIsShort(InProcessStock):
    """Takes every conflict for a shortage."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except HoldClosed as closed:
            raise OutOfStock(()) from closed


class UnknownIsUnavailable(InProcessStock):
    """Waits for a product that will never be there."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except ProductNotForSale as unknown:
            raise Unavailable("There is no such product yet.") from unknown


class HeldWithoutAnAnswer(InProcessStock):
    """Hopes that units are held when nobody says so."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        with suppress(Unavailable):
            await super().hold(order_id, quantities)


class GivenBackWithoutAnAnswer(InProcessStock):
    """Undoes what it does not know to be done, so that a repeat finds the order closed."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except Unavailable:
            await self.release(order_id, quantities)
            raise


class NeighboursError(InProcessStock):
    """Lets the product service's own refusal through."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        try:
            await super().hold(order_id, quantities)
        except OutOfStock as short:
            raise product_errors.OutOfStock from short


class LeftForLater(InProcessStock):
    """Does not repeat a hold that it had no answer to."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.asked: set[str] = set()

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        if order_id not in self.asked:
            self.asked.add(order_id)
            await super().hold(order_id, quantities)


class TickedOff(InProcessStock):
    """Ticks off what it holds in the caller's own quantities."""

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        await super().hold(order_id, dict(quantities))
        if isinstance(quantities, dict):
            quantities.clear()


class UnheldIsNotReleased(InProcessStock):
    """Releases what it has held itself, and forgets a release that comes first."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.held: set[str] = set()

    async def hold(self, order_id: str, quantities: Quantities) -> None:
        self.held.add(order_id)
        await super().hold(order_id, quantities)

    async def release(self, order_id: str, quantities: Quantities) -> None:
        if order_id in self.held:
            await super().release(order_id, quantities)


class FirstLineReleased(InProcessStock):
    """Gives one line back, and not the others."""

    async def release(self, order_id: str, quantities: Quantities) -> None:
        await super().release(order_id, dict(list(quantities.items())[:1]))


class SoldIsReleased(InProcessStock):
    """Takes units that were sold for units that are back."""

    async def release(self, order_id: str, quantities: Quantities) -> None:
        with suppress(HoldClosed):
            await super().release(order_id, quantities)


class ReleaseNeedsToExist(InProcessStock):
    """Stops giving back at a product that does not exist."""

    async def release(self, order_id: str, quantities: Quantities) -> None:
        for product in quantities:
            try:
                await self._product.get_product(product_id=product)
            except ProductNotFound as error:
                raise Unavailable("No such product.") from error
        await super().release(order_id, quantities)


class ReleasedWithoutAnAnswer(InProcessStock):
    """Hopes that units are back when nobody says so."""

    async def release(self, order_id: str, quantities: Quantities) -> None:
        with suppress(Unavailable):
            await super().release(order_id, quantities)


class ReleasedOnce(InProcessStock):
    """Raises when it is asked to give back again."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.released: set[str] = set()

    async def release(self, order_id: str, quantities: Quantities) -> None:
        await super().release(order_id, quantities)
        if order_id in self.released:
            raise HoldClosed("They were given back before.")
        self.released.add(order_id)


class SettledInsteadOfReleased(InProcessStock):
    """Mixes two verbs up."""

    async def release(self, order_id: str, quantities: Quantities) -> None:
        await super().settle(order_id, quantities)


class FirstLineSettled(InProcessStock):
    """Counts one line as sold, and not the others."""

    async def settle(self, order_id: str, quantities: Quantities) -> None:
        await super().settle(order_id, dict(list(quantities.items())[:1]))


class ClosedIsSettled(InProcessStock):
    """Takes units that were given back, or never held, for sold ones."""

    async def settle(self, order_id: str, quantities: Quantities) -> None:
        with suppress(HoldClosed):
            await super().settle(order_id, quantities)


class SettledWithoutAHold(InProcessStock):
    """Takes units to settle them where none are held."""

    async def settle(self, order_id: str, quantities: Quantities) -> None:
        with suppress(HoldClosed):
            await super().hold(order_id, quantities)
        await super().settle(order_id, quantities)


class SettledWithoutAnAnswer(InProcessStock):
    """Hopes that units count as sold when nobody says so."""

    async def settle(self, order_id: str, quantities: Quantities) -> None:
        with suppress(Unavailable):
            await super().settle(order_id, quantities)


class SettledOnce(InProcessStock):
    """Raises when it is asked to settle again."""

    def __init__(self, product: ProductUseCases) -> None:
        super().__init__(product)
        self.settled: set[str] = set()

    async def settle(self, order_id: str, quantities: Quantities) -> None:
        await super().settle(order_id, quantities)
        if order_id in self.settled:
            raise HoldClosed("They were sold before.")
        self.settled.add(order_id)
