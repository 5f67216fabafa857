"""An order, its life and its lines; and the books that the audit compares."""

from core.order.model.backlog import Backlog
from core.order.model.order import BACKOFF_MAX, HANDLER_TIME, KEYS_MAX, TELLING_TIME, Change, Order, RequestKey
from core.order.model.records import Difference, HoldRecord, OrderRecord, RecordLine, StockRecord, Unreadable
from core.order.model.states import ALLOWED, STATUS, CancelReason, State, Status, Step, Todo
from core.order.model.values import CartContents, CartLine, Line, Offer, number_of, quantities

__all__ = [
    "ALLOWED",
    "BACKOFF_MAX",
    "HANDLER_TIME",
    "KEYS_MAX",
    "STATUS",
    "TELLING_TIME",
    "Backlog",
    "CancelReason",
    "CartContents",
    "CartLine",
    "Change",
    "Difference",
    "HoldRecord",
    "Line",
    "Offer",
    "Order",
    "OrderRecord",
    "RecordLine",
    "RequestKey",
    "State",
    "Status",
    "Step",
    "StockRecord",
    "Todo",
    "Unreadable",
    "number_of",
    "quantities",
]
