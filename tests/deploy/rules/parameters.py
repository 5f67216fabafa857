"""What belongs to an account is put in wherever it has to be, and is the same everywhere."""

import re
from collections.abc import Iterator

from tests.deploy.rendered import Rendered, label, strings

_OPEN = re.compile(
    r"arn|bucket|host|region|https?://host|secrets/\S*|s3://bucket\S*|\S*=(bucket|arn)|192\.0\.2\.\d+/32"
)
"""What the base has where an overlay's parameter belongs; addresses of RFC 5737 are nobody's."""


def no_parameter_is_left_open(rendered: Rendered) -> Iterator[str]:
    for manifest in rendered.manifests:
        found = sorted({text for text in strings({"values": _values(manifest)}) if _OPEN.fullmatch(text)})
        yield from (f"{label(manifest)} still has `{text}`." for text in found)


def _values(node: object) -> list[object]:
    """Of what is said at any depth, without the names it is said by."""
    if isinstance(node, dict):
        return [each for value in node.values() for each in _values(value)]
    if isinstance(node, list):
        return [each for value in node for each in _values(value)]
    return [node]


def the_shop_has_one_address(rendered: Rendered) -> Iterator[str]:
    """The host that is routed is the one that tokens are issued by, or nobody could check them."""
    hosts = {rule.get("host") for each in rendered.of("Ingress") for rule in each["spec"].get("rules", ())}
    for each in rendered.of("ConfigMap"):
        issuer = (each.get("data") or {}).get("TOKEN_ISSUER")
        if issuer and rendered.on_aws and {issuer} != {f"https://{host}" for host in hosts}:
            yield f"{label(each)}: tokens are issued by {issuer}, and requests come to {hosts}."
