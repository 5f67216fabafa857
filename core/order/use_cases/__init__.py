"""What can be done with orders; `OrderUseCases` lists it all."""

from dataclasses import dataclass

from core.order.ports import AddressBook, Carts, Catalog, EventPublisher, Orders, Stock
from core.order.use_cases.background import RelayEvents, ResumeOrders
from core.order.use_cases.backlog import TellBacklog
from core.order.use_cases.change import CancelOrder, MoveOrder
from core.order.use_cases.checkout import Checkout
from core.order.use_cases.place import PlaceOrder
from core.order.use_cases.read import GetOrder, ListAllOrders, ListOrders
from core.shared.ports import Clock, NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUseCases:
    """All that the order service can do."""

    place_order: PlaceOrder
    get_order: GetOrder
    list_orders: ListOrders
    cancel_order: CancelOrder
    move_order: MoveOrder
    list_all_orders: ListAllOrders
    resume_orders: ResumeOrders
    relay_events: RelayEvents
    tell_backlog: TellBacklog

    @classmethod
    def over(
        cls,
        *,
        orders: Orders,
        carts: Carts,
        catalog: Catalog,
        stock: Stock,
        addresses: AddressBook,
        publisher: EventPublisher,
        clock: Clock,
        new_id: NewId,
        checkout_seconds: int,
    ) -> "OrderUseCases":
        """Every use case over the same ports."""
        checkout = Checkout(orders=orders, carts=carts, stock=stock, clock=clock)
        return cls(
            place_order=PlaceOrder(
                orders=orders,
                carts=carts,
                catalog=catalog,
                addresses=addresses,
                checkout=checkout,
                clock=clock,
                new_id=new_id,
                checkout_seconds=checkout_seconds,
            ),
            get_order=GetOrder(orders=orders),
            list_orders=ListOrders(orders=orders),
            cancel_order=CancelOrder(orders=orders, checkout=checkout, clock=clock),
            move_order=MoveOrder(orders=orders, checkout=checkout, clock=clock),
            list_all_orders=ListAllOrders(orders=orders),
            resume_orders=ResumeOrders(orders=orders, checkout=checkout, clock=clock),
            relay_events=RelayEvents(orders=orders, publisher=publisher, clock=clock),
            tell_backlog=TellBacklog(orders=orders),
        )
