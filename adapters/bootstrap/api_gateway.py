"""The local gateway before functions, as a process: `python -m adapters.bootstrap.api_gateway`."""

from adapters.bootstrap.gateway import main
from adapters.inbound.gateway.functions import api_gateway

if __name__ == "__main__":
    main(api_gateway)
