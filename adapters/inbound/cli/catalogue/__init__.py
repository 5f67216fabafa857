"""A catalogue as a file: brought in by `shop import`, made up by `shop make-catalogue`."""
