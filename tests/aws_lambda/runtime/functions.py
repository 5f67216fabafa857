"""The functions as they are set up for Lambda's runtime."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.aws_lambda.function import environment
from tests.aws_lambda.runtime.emulator import Runtime, runtime
from tests.database import mongo_url

FUNCTIONS = {
    "product": ("product", "http"),
    "user": ("user", "http"),
    "cart": ("cart", "http"),
    "order": ("order", "http"),
    "events": ("user", "events"),
    "schedule": ("order", "schedule"),
}
"""Each with its service, and the module of its handler."""
ADMIN, SAM = "admin@example.com", "sam@example.com"
PASSWORD = "a password for tests"


@contextmanager
def function(name: str, folder: Path, database: str = "", **settings: str) -> Iterator[Runtime]:
    service, module = FUNCTIONS[name]
    environ = {
        **environment(service, LOG_FORMAT="json"),
        "STORE": "mongo",
        "MONGO_URL": mongo_url(),
        "MONGO_DATABASE": database or f"rt_{secrets.token_hex(6)}",
        "BOOTSTRAP_ADMIN_EMAIL": ADMIN,
        **settings,
    }
    with runtime(f"adapters.bootstrap.aws_lambda.{module}.handler", environ, folder) as it:
        yield it
