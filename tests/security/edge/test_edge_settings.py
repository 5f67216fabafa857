"""The settings of the edge: origins as browsers send them, and documents that are not served in production."""

import pytest

from adapters.bootstrap.settings import Settings, WrongSettings, checked
from tests.security.test_production import made


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", ()),
        (" ", ()),
        ("https://shop.example", ("https://shop.example",)),
        ("https://a.example, http://localhost:3000", ("https://a.example", "http://localhost:3000")),
        ("https://xn--bcher-kva.example:8443", ("https://xn--bcher-kva.example:8443",)),
        ("http://127.0.0.1:5173,http://[::1]:5173", ("http://127.0.0.1:5173", "http://[::1]:5173")),
    ],
)
def test_origins_are_taken_as_browsers_send_them(value: str, origins: tuple[str, ...]) -> None:
    assert checked(Settings, {"cors_origins": value}).origins == origins


@pytest.mark.parametrize(
    "value",
    [
        *("*", "https://*.example", "null", "shop.example", "//shop.example", "ftp://shop.example", "https://"),
        *("https://shop.example/", "https://shop.example/page", "https://Shop.example", "https://b\u00fccher.example"),
        *("https://shop.example:443", "http://shop.example:80", "https://shop.example:0", "https://me@shop.example"),
        *("https://shop.example https://b.example", "https://a.example,,https://b.example", "https://shop.example\n/"),
    ],
)
def test_what_no_browser_would_send_or_would_let_everybody_in_is_refused(value: str) -> None:
    with pytest.raises(WrongSettings, match=r"^CORS_ORIGINS: "):
        checked(Settings, {"cors_origins": value})


def test_documents_are_served_in_development_and_unless_asked_for_not_in_production() -> None:
    assert checked(Settings, {}).serves_docs
    assert not checked(Settings, {"docs": "false"}).serves_docs
    assert not made(docs=None).serves_docs
