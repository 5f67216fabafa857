"""A service process as it runs anywhere; what it writes goes to a file of the folder that TOLD_TO names."""

import os
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    into = Path(os.environ["TOLD_TO"]) / f"{os.environ['SERVICE']}.log"
    with into.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
    import_module("adapters.bootstrap.asgi").main()


if __name__ == "__main__":
    main()
