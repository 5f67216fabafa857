"""What Hypothesis may choose from: things to do, and moments at which something gets in the way."""

from hypothesis import strategies as st

from tests.reliability.model import operations as does
from tests.reliability.model.operations import PEOPLE

PRODUCTS, GUESTS = 2, ("guest 0", "guest 1")
CART = st.sampled_from(["ada", "bob", "ada", "bob", *GUESTS])
WHO = st.sampled_from(["ada", "bob"])
ANYONE = st.sampled_from(list(PEOPLE))
PRODUCT = st.integers(0, PRODUCTS - 1)
RANK = st.integers(0, 7)
SHOPPING = st.one_of(
    st.builds(does.Put, CART, PRODUCT, st.integers(1, 3), st.just(value=True)),
    st.builds(does.Put, CART, PRODUCT, st.integers(1, 2), st.just(value=True)),
    st.builds(does.Put, CART, PRODUCT, st.integers(0, 4), st.just(value=False)),
    st.builds(does.Remove, CART, st.none() | PRODUCT),
    st.builds(does.Merge, st.sampled_from(GUESTS), WHO),
)
SHOPKEEPING = st.one_of(
    st.builds(does.Reprice, PRODUCT, st.sampled_from([100, 250])),
    st.builds(does.Archive, PRODUCT),
    *[st.builds(does.SellAgain, PRODUCT)] * 3,
    st.builds(does.Adjust, PRODUCT, st.sampled_from([9, 5, -1, -3])),
    st.builds(does.Adjust, PRODUCT, st.sampled_from([9, 5, -1, -3])),
)
PLACING = st.one_of(
    st.builds(does.Place, WHO),
    st.builds(does.Place, WHO, st.sampled_from("klmn")),
    st.builds(does.Place, WHO, st.sampled_from("klmn"), st.sampled_from([0, 0, 50])),
    st.builds(does.Place, WHO, st.none() | st.sampled_from("klmn"), st.none(), st.sampled_from([0, 0, 1, 2])),
)
"""With the total that is expected off by so much, and the version of the cart so many back."""
ORDERS = st.one_of(
    st.builds(does.Cancel, RANK, ANYONE),
    st.builds(does.Move, RANK, st.sampled_from(["shipped", "delivered", "cancelled", "shipped"])),
    st.builds(does.Look, RANK, ANYONE),
)
BEHIND = st.one_of(st.builds(does.Work), st.builds(does.Work), st.builds(does.Relay))
ANYTHING = st.one_of(PLACING, PLACING, PLACING, SHOPPING, SHOPKEEPING, ORDERS, BEHIND)
SECONDS = st.sampled_from([1, 6, 6, 31, 600, 3 * 3600])
CALL = st.one_of(st.integers(0, 6), st.integers(0, 18), st.integers(0, 48))
"""The call of a port at which something happens; what takes fewer goes by undisturbed."""
