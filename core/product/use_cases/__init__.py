"""What can be done with the catalogue and its stock; `ProductUseCases` lists it all."""

from dataclasses import dataclass

from core.product.ports import Products, Stemmer, Stocks
from core.product.use_cases.catalogue import (
    AddProduct,
    ArchiveProduct,
    ChangeProduct,
    GetProduct,
    GetProducts,
    ListCategories,
    ReplaceProduct,
    SearchProducts,
)
from core.product.use_cases.imports import BATCH, BATCH_TEXT, FAILURES_MAX, Failure, Imported, ImportProducts, Row
from core.product.use_cases.stock import (
    CLOCK_SKEW,
    HOLD_LINES_MAX,
    AdjustStock,
    ListStock,
    ReleaseHold,
    SettleHold,
    TakeHold,
    TellHeld,
)
from core.shared.ports import Clock, NewId

__all__ = [
    "BATCH",
    "BATCH_TEXT",
    "CLOCK_SKEW",
    "FAILURES_MAX",
    "HOLD_LINES_MAX",
    "AddProduct",
    "AdjustStock",
    "ArchiveProduct",
    "ChangeProduct",
    "Failure",
    "GetProduct",
    "GetProducts",
    "ImportProducts",
    "Imported",
    "ListCategories",
    "ListStock",
    "ProductUseCases",
    "ReleaseHold",
    "ReplaceProduct",
    "Row",
    "SearchProducts",
    "SettleHold",
    "TakeHold",
    "TellHeld",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductUseCases:
    """All that the product service can do."""

    search_products: SearchProducts
    get_product: GetProduct
    get_products: GetProducts
    list_categories: ListCategories
    add_product: AddProduct
    replace_product: ReplaceProduct
    change_product: ChangeProduct
    archive_product: ArchiveProduct
    import_products: ImportProducts
    adjust_stock: AdjustStock
    take_hold: TakeHold
    release_hold: ReleaseHold
    settle_hold: SettleHold
    list_stock: ListStock
    tell_held: TellHeld

    @classmethod
    def over(
        cls, *, products: Products, stocks: Stocks, stemmer: Stemmer, clock: Clock, new_id: NewId, currency: str
    ) -> "ProductUseCases":
        """Every use case over the same ports."""
        return cls(
            search_products=SearchProducts(products=products, stemmer=stemmer),
            get_product=GetProduct(products=products),
            get_products=GetProducts(products=products),
            list_categories=ListCategories(products=products),
            add_product=AddProduct(products=products, stemmer=stemmer, clock=clock, new_id=new_id, currency=currency),
            replace_product=ReplaceProduct(products=products, stemmer=stemmer, clock=clock, currency=currency),
            change_product=ChangeProduct(products=products, stemmer=stemmer, clock=clock, currency=currency),
            archive_product=ArchiveProduct(products=products, stemmer=stemmer, clock=clock),
            import_products=ImportProducts(
                products=products, stemmer=stemmer, clock=clock, new_id=new_id, currency=currency
            ),
            adjust_stock=AdjustStock(products=products, stocks=stocks, clock=clock, new_id=new_id),
            take_hold=TakeHold(products=products, stocks=stocks, clock=clock),
            release_hold=ReleaseHold(stocks=stocks, clock=clock),
            settle_hold=SettleHold(stocks=stocks, clock=clock),
            list_stock=ListStock(stocks=stocks),
            tell_held=TellHeld(stocks=stocks),
        )
