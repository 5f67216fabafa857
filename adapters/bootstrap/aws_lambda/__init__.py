"""The functions: a module for each kind of event, whose attribute `handler` is what AWS Lambda calls."""

import gc

# What a start makes stays, so looking through it for what does not is in vain, and took a sixth of the start.
gc.set_threshold(20_000, 50, 50)
