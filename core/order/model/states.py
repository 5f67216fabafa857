"""The states of an order, what people call them, and what may follow what."""

from collections.abc import Mapping
from typing import Literal

State = Literal["PENDING", "HELD", "CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLING", "CANCELLED"]
Status = Literal["pending", "confirmed", "shipped", "delivered", "cancelled"]
Todo = Literal["subtract_cart", "settle_stock"]
Step = Literal["give_up", "hold_stock", "confirm", "release_stock", "subtract_cart", "settle_stock"]
CancelReason = Literal[
    "out_of_stock", "cart_changed", "product_not_for_sale", "timed_out", "customer_request", "admin_request"
]

STATUS: Mapping[State, Status] = {
    "PENDING": "pending",
    "HELD": "pending",
    "CONFIRMED": "confirmed",
    "SHIPPED": "shipped",
    "DELIVERED": "delivered",
    "CANCELLING": "cancelled",
    "CANCELLED": "cancelled",
}
ALLOWED: Mapping[State, tuple[Status, ...]] = {"CONFIRMED": ("shipped", "cancelled"), "SHIPPED": ("delivered",)}
"""The statuses a person may move an order on to."""
