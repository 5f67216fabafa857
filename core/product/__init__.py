"""The catalogue and its stock: what the shop sells, and how many units of it there are."""
