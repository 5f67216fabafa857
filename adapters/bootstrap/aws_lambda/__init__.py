"""The functions: a module for each kind of event, whose attribute `handler` is what AWS Lambda calls."""

import gc
import os

# What a start makes stays, so looking through it for what does not, while it is made, is time lost.
gc.set_threshold(20_000, 50, 50)
# We have no plugin of pydantic's, and to look for one it reads what every installed package says of itself.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
