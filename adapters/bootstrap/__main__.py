"""A service as the first process of a container: `python -m adapters.bootstrap`.

The first process gets no signal that it has no handler for, and what a service imports takes it a second. Told to
stop meanwhile, it would not hear of it, and be killed when its grace is over.
"""

import os
import signal

from adapters.bootstrap.registry import resolve

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # nothing has begun that would have to be finished
    resolve("adapters.bootstrap.asgi:main")()
