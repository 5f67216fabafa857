"""Every index there is, by collection. A query that none of them serves is a mistake, which the tests look for."""

from collections.abc import Mapping

from pymongo import ASCENDING, DESCENDING, IndexModel

INDEXES: Mapping[str, tuple[IndexModel, ...]] = {
    "products": (
        IndexModel([("sku", ASCENDING)], name="products_sku", unique=True),
        IndexModel([("created", ASCENDING)], name="products_created"),
        *(
            IndexModel([(field, ASCENDING) for field in ("terms", *order)], name=name)
            for name, order in {
                "products_by_created": ("created", "price.amount", "stock.in_stock"),
                "products_by_name": ("name_key", "created", "price.amount", "stock.in_stock"),
                "products_by_price": ("price.amount", "created", "stock.in_stock"),
            }.items()
        ),
        # A product of which nothing is held has no such field. All that is asked of it stands in the index.
        IndexModel(
            [("stock.held.units", ASCENDING), ("stock.held.holds", ASCENDING)], name="products_held", sparse=True
        ),
    ),
    "carts": (
        IndexModel([("owner", ASCENDING)], name="carts_owner", unique=True),
        # A customer's cart has no such field, and so is never removed.
        IndexModel([("expires_at", ASCENDING)], name="carts_expires_at", expireAfterSeconds=0),
    ),
    "orders": (
        IndexModel([("requests", ASCENDING)], name="orders_requests", unique=True, sparse=True),
        IndexModel([("open_cart", ASCENDING)], name="orders_open_cart", unique=True, sparse=True),
        IndexModel([("next_try", ASCENDING)], name="orders_next_try", sparse=True),
        IndexModel([("untold_since", ASCENDING)], name="orders_untold_since", sparse=True),
        IndexModel([("id", ASCENDING)], name="orders_id"),
        IndexModel([("listed", ASCENDING), ("id", DESCENDING)], name="orders_listed"),
        IndexModel([("listed", ASCENDING), ("status", ASCENDING), ("id", DESCENDING)], name="orders_status"),
        IndexModel([("customer_id", ASCENDING), ("listed", ASCENDING), ("id", DESCENDING)], name="orders_customer"),
        IndexModel(
            [("customer_id", ASCENDING), ("listed", ASCENDING), ("status", ASCENDING), ("id", DESCENDING)],
            name="orders_customer_status",
        ),
    ),
    "users": (
        IndexModel([("email", ASCENDING)], name="users_email", unique=True),
        IndexModel([("created", ASCENDING)], name="users_created"),
    ),
    "proofs": (IndexModel([("expires_at", ASCENDING)], name="proofs_expires_at", expireAfterSeconds=0),),
    "pending_mails": (
        IndexModel([("not_before", ASCENDING)], name="pending_mails_not_before"),
        # One that was not sent has no such field, and so is never removed.
        IndexModel([("expires_at", ASCENDING)], name="pending_mails_expires_at", expireAfterSeconds=0),
    ),
    "sessions": (IndexModel([("expires_at", ASCENDING)], name="sessions_expires_at", expireAfterSeconds=0),),
    "tallies": (IndexModel([("expires_at", ASCENDING)], name="tallies_expires_at", expireAfterSeconds=0),),
}
