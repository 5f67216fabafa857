"""Carts in MongoDB, one document an owner."""

from adapters.outbound.mongo.database import Document, MongoDatabase
from core.cart.errors import CartNotFound
from core.cart.model import Cart, Line, Owner
from core.cart.ports import Carts
from core.shared.errors import VersionStale
from core.shared.money import Money


class MongoCartStore:
    """All that the cart service keeps."""

    def __init__(self, database: MongoDatabase) -> None:
        self.carts: Carts = MongoCarts(database)


class MongoCarts(Carts):
    """A guest's cart that has expired is removed by the index on its expiry, some time later."""

    def __init__(self, database: MongoDatabase) -> None:
        self._collection = database.collection("carts")

    async def get(self, owner: Owner) -> Cart:
        async with self._collection.use() as carts:
            document = await carts.find_one({"owner": owner.key})
        if document is None:
            raise CartNotFound("This owner has no cart yet.")
        return to_cart(document)

    async def save(self, cart: Cart) -> None:
        stale = VersionStale("The cart has changed.")
        async with self._collection.use(taken={"carts_owner": stale, "_id_": stale}) as carts:
            if cart.version == 1:
                await carts.insert_one(to_document(cart))
                return
            kept = {"_id": cart.id, "owner": cart.owner.key, "version": cart.version - 1}
            result = await carts.replace_one(kept, to_document(cart))
        if not result.matched_count:
            raise stale


def to_document(cart: Cart) -> Document:
    """`expires_at` is there for the index that removes guests' carts, and for nobody else."""
    return {
        **({} if cart.expires_at is None else {"expires_at": cart.expires_at}),
        "_id": cart.id,
        "owner": cart.owner.key,
        "version": cart.version,
        "lines": [
            {
                "product_id": line.product_id,
                "quantity": line.quantity,
                "price": {"amount": line.price.amount, "currency": line.price.currency},
            }
            for line in cart.lines
        ],
        "updated_at": cart.updated_at,
        "orders": list(cart.orders),
        "merged": list(cart.merged),
        "merged_into": cart.merged_into,
    }


def to_cart(document: Document) -> Cart:
    return Cart(
        id=document["_id"],
        owner=Owner(key=document["owner"]),
        version=document["version"],
        lines=tuple(
            Line(product_id=line["product_id"], quantity=line["quantity"], price=Money(**line["price"]))
            for line in document["lines"]
        ),
        updated_at=document["updated_at"],
        orders=tuple(document["orders"]),
        merged=tuple(document["merged"]),
        merged_into=document["merged_into"],
    )
