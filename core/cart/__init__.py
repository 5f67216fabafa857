"""Shopping carts: what a customer, or a guest not yet known, means to buy."""
