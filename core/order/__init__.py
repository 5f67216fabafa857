"""Orders: how a cart becomes a promise that is kept, whatever breaks on the way."""
