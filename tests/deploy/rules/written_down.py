"""What git holds is no secret: neither in a manifest nor in any file beside it."""

import base64
import re
from collections.abc import Iterator

from tests.deploy.rendered import GENERATED, Rendered, label, strings

_SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]"
    r"|\bA[KS]IA[A-Z0-9]{16}\b"
    r"|\b\w+(?:\+\w+)?://[^\s:/@$<{]+:(?!\$\(|<|\{|PASSWORD)[^\s@/$<{]+@"
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}\."
)
"""A private key, a key of AWS, an address with a password, a token."""


def no_secret_is_written_down(rendered: Rendered) -> Iterator[str]:
    """A Secret is made in the cluster, by reference; anything else that looks like one is one."""
    for secret in rendered.of("Secret"):
        values = [*secret.get("stringData", {}).values(), *map(_decoded, secret.get("data", {}).values())]
        if any(value != GENERATED for value in values):
            yield f"{label(secret)} is made of what git holds."
    for manifest in rendered.manifests:
        if any(_SECRETS.search(text) for text in strings(manifest)):
            yield f"{label(manifest)} has a secret in it."
    for path, text in rendered.files.items():
        if _SECRETS.search(text):
            yield f"{path} has a secret in it."


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode("utf-8", "replace")
