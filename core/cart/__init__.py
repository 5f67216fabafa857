"""Shopping carts: what a customer, or a guest not yet known, means to buy."""

OFFERS_AGE_MAX = 10.0
"""Seconds after which a cart shows what has changed in the catalogue; checkout always looks for itself."""
