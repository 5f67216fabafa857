"""What AWS lets the shop's pods and its cluster's controllers do: named actions, on named things."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy.rendered import ROOT, Rendered, policies, strings
from tests.deploy.rules.edges import needs

_POLICY = re.compile(r"policy/portico-([\w-]+)")
_PAGE = ROOT / "docs/deploy-eks.md"
_PRODUCTION = "eks-prod"
"""The account's own names are in k8s/cluster as this overlay's parameters have them."""
_ALL = "eks-prod+events"
"""Where everybody calls AWS who ever does."""


def policies_are_narrow(rendered: Rendered) -> Iterator[str]:
    """No wildcard among the actions; `*` as resource only with a reason, which a page tells beside the Sid."""
    for path, policy in policies(rendered).items():
        pages = "\n".join(text for name, text in rendered.files.items() if name.endswith(".md"))
        for statement in _many(policy["Statement"]):
            name = f"{path}, {statement.get('Sid', 'a statement')}"
            yield from (f"{name}: {fault}" for fault in _faults(statement, pages))


def _faults(statement: dict[str, Any], pages: str) -> Iterator[str]:
    if statement.get("Effect") != "Allow":
        return
    if "NotAction" in statement or "NotResource" in statement:
        yield "it allows all but something."
    actions = _many(statement.get("Action", ()))
    yield from (f"it allows {action}." for action in actions if "*" in action or "?" in action)
    if "*" in _many(statement.get("Resource", ())):
        sid = statement.get("Sid", "")
        if not sid or f"`{sid}`" not in pages:
            yield f"it allows {', '.join(actions)} on everything, and no page says why."


def _many(one: Any) -> list[Any]:
    return list(one) if isinstance(one, list | tuple) else [one]


def roles_are_for_who_needs_them(rendered: Rendered) -> Iterator[str]:
    """A role goes to each pod that calls AWS, and to no other of the shop's; each has a policy that a page makes."""
    if rendered.overlay not in (_PRODUCTION, _ALL):
        return
    given = yaml.safe_load(rendered.files["cluster/cluster.yaml"])["iam"]["podIdentityAssociations"]
    accounts = {each["serviceAccountName"] for each in given if each["namespace"] == "ecommerce"}
    page = _PAGE.read_text("utf-8")
    needing = {
        each.pod["serviceAccountName"] for each in rendered.workloads if "credentials of AWS" in needs(rendered, each)
    }
    if rendered.overlay == _ALL:
        yield from (f"{account} has a role, and no use for it." for account in sorted(accounts - needing))
    yield from (f"{account} has no role, and calls AWS." for account in sorted(needing - accounts))
    for each in given:
        for name in _POLICY.findall(" ".join(strings(each.get("permissionPolicyARNs", [])))):
            made_by_hand = f"--policy-name portico-{name} " in page
            if f"cluster/iam/{name}.json" not in rendered.files and not made_by_hand:
                yield f"{each['serviceAccountName']}: there is no policy {name}."


def roles_reach_what_is_asked_for(rendered: Rendered) -> Iterator[str]:
    """The secrets that are read, the bucket that copies go to, the address that mails are from: these and no others."""
    if rendered.overlay not in (_PRODUCTION, _ALL):
        return
    asked = {each["remoteRef"]["key"] for one in rendered.of("ExternalSecret") for each in one["spec"]["data"]}
    yield from _differing("secrets", asked, _found(rendered, "external-secrets", r":secret:(.+)-\?{6}$"))
    backup = rendered.find("CronJob", "mongo-backup")
    buckets = {each["value"] for each in _variables(backup) if each["name"] == "BUCKET"}
    yield from _differing("buckets", buckets, _found(rendered, "mongo-backup", r":s3:::(.+)/mongo/\*$"))
    senders = {
        found[1]
        for each in rendered.of("ConfigMap")
        for found in [re.search(r"<(.+)>", (each.get("data") or {}).get("MAIL_FROM", ""))]
        if found
    }
    if rendered.overlay == _ALL:
        urls = {(each.get("data") or {}).get("EVENTS_QUEUE_URL") for each in rendered.of("ConfigMap")} - {None}
        queues = {str(url).rpartition("/")[2] for url in urls}
        for service in ("order", "user"):
            yield from _differing("queues", queues, _found(rendered, service, r":sqs:[\w-]+:\d+:(.+)$"))
    yield from _differing("senders", senders, _found(rendered, "user", r"^([^:/*]+@[^:/*]+)$"))


def _variables(node: Any) -> Iterator[dict[str, Any]]:
    """Of all containers below."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from value if key == "env" else _variables(value)
    elif isinstance(node, list):
        for value in node:
            yield from _variables(value)


def _found(rendered: Rendered, policy: str, pattern: str) -> set[str]:
    texts = strings(json.loads(rendered.files[f"cluster/iam/{policy}.json"])["Statement"])
    return {found[1] for found in (re.search(pattern, text) for text in texts) if found}


def _differing(what: str, asked: set[str], allowed: set[str]) -> Iterator[str]:
    yield from (f"Of the {what}, {name} may not be used." for name in sorted(asked - allowed))
    yield from (f"Of the {what}, {name} may be used, and never is." for name in sorted(allowed - asked))
