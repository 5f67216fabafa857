"""A service that keeps idle connections for as many seconds as `KEEP_ALIVE` says. `python -m` runs it."""

import os

from adapters.bootstrap import asgi

if __name__ == "__main__":
    asgi.main(keep_alive=int(os.environ["KEEP_ALIVE"]))
