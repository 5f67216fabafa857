"""What production asks of a function and of a container: each what it needs to prove itself, and nothing more."""

import pytest

from adapters.bootstrap.settings import FunctionSettings, Settings, WrongSettings, checked
from tests.security.test_production import GOOD

BETWEEN_CONTAINERS = ("service_key", "peer_keys")


@pytest.mark.parametrize("service", ["product", "user", "cart", "order"])
def test_a_function_needs_no_key_to_call_others_by_and_a_container_does(service: str) -> None:
    without = {**GOOD, "service": service, **dict.fromkeys(BETWEEN_CONTAINERS, "")}
    assert checked(FunctionSettings, without).service == service
    with pytest.raises(WrongSettings) as refused:
        checked(Settings, without)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["SERVICE_KEY", "PEER_KEYS"]


@pytest.mark.parametrize("name", ["store", "mongo_url", "token_issuer", "docs"])
def test_what_is_of_development_is_refused_in_a_function_as_in_a_container(name: str) -> None:
    value = {"store": "memory", "mongo_url": "mongodb://127.0.0.1:27017", "token_issuer": "http://x", "docs": "true"}
    with pytest.raises(WrongSettings, match=f"^{name.upper()}: "):
        checked(FunctionSettings, {**GOOD, "service": "cart", name: value[name]})
