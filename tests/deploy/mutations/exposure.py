"""The internet reaches what it should not; and what AWS would let happen."""

import json
from collections.abc import Sequence
from typing import Any

from tests.deploy.mutations.mutation import Change, Mutation, drop, put, replace, thing
from tests.deploy.rendered import Rendered

_ALB = "metadata annotations alb.ingress.kubernetes.io/"
_PATHS = "spec rules 0 http paths"


def _path(path: str, kind: str = "Prefix", service: str = "order", port: int = 3004) -> Change:
    entry = {"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": {"number": port}}}}

    def change(rendered: Rendered) -> None:
        thing(rendered, "Ingress")["spec"]["rules"][0]["http"]["paths"].append(entry)

    return change


def policy(path: str, statement: dict[str, Any]) -> Change:
    """One more statement in a policy on file."""

    def change(rendered: Rendered) -> None:
        content = json.loads(rendered.files[path])
        content["Statement"].append(statement)
        rendered.files[path] = json.dumps(content)

    return change


EXPOSURE: Sequence[Mutation] = [
    Mutation("only_public_paths_are_routed", "services' own paths are public", _path("/internal")),
    Mutation(
        "only_public_paths_are_routed", "one of services' own paths is public", _path("/internal/v1/orders", "Exact")
    ),
    Mutation("only_public_paths_are_routed", "measurements are public", _path("/metrics", "Exact")),
    Mutation("only_public_paths_are_routed", "probes are public", _path("/readyz", "Exact")),
    Mutation("only_public_paths_are_routed", "all is public", _path("/")),
    Mutation(
        "only_public_paths_are_routed",
        "a controller may read a path as it likes",
        _path("/v2", "ImplementationSpecific"),
    ),
    Mutation(
        "only_public_paths_are_routed",
        "what no rule names goes somewhere",
        put("Ingress", "spec defaultBackend", {"service": {"name": "order", "port": {"number": 3004}}}),
    ),
    Mutation("only_public_paths_are_routed", "a public path is gone", drop("Ingress", f"{_PATHS} 0")),
    Mutation(
        "only_public_paths_are_routed",
        "a path leads to another service",
        put("Ingress", f"{_PATHS} 0 backend service name", "user"),
    ),
    Mutation(
        "nothing_else_is_exposed",
        "it has a load balancer of its own",
        put("Service order", "spec type", "LoadBalancer"),
    ),
    Mutation("nothing_else_is_exposed", "each node leads to it", put("Service order", "spec type", "NodePort")),
    Mutation("nothing_else_is_exposed", "it has an address", put("Service order", "spec externalIPs", ["192.0.2.1"])),
    Mutation("the_balancer_speaks_tls", "plain HTTP stays plain", drop("Ingress", f"{_ALB}ssl-redirect")),
    Mutation(
        "the_balancer_speaks_tls", "old TLS is spoken", put("Ingress", f"{_ALB}ssl-policy", "ELBSecurityPolicy-2016-08")
    ),
    Mutation("the_balancer_speaks_tls", "it has no certificate", drop("Ingress", f"{_ALB}certificate-arn")),
    Mutation(
        "the_balancer_speaks_tls",
        "it does not listen for HTTPS",
        put("Ingress", f"{_ALB}listen-ports", '[{"HTTP": 80}]'),
    ),
    Mutation("the_balancer_speaks_tls", "it sends to nodes", put("Ingress", f"{_ALB}target-type", "instance")),
    Mutation(
        "the_balancer_speaks_tls",
        "it passes on headers that are none",
        replace(
            "Ingress",
            f"{_ALB}load-balancer-attributes",
            "drop_invalid_header_fields.enabled=true",
            "drop_invalid_header_fields.enabled=false",
        ),
    ),
]

_LOGS = "monitoring/logs/cloudwatch/iam-policy.json"
_USER = "cluster/iam/user.json"


def written(path: str, old: str, new: str) -> Change:
    """Other words in a file."""

    def change(rendered: Rendered) -> None:
        if old not in rendered.files[path]:
            raise LookupError(f"There is no {old} in {path}.")
        rendered.files[path] = rendered.files[path].replace(old, new)

    return change


IAM: Sequence[Mutation] = [
    Mutation("policies_are_narrow", wrong, policy(_LOGS, {"Effect": "Allow", **statement}))
    for wrong, statement in (
        ("it allows all of a service", {"Action": "s3:*", "Resource": "arn:aws:s3:::one/*"}),
        ("it allows everything", {"Action": ["*"], "Resource": "arn:aws:s3:::one/*"}),
        ("it allows what begins like this", {"Action": ["s3:Get*"], "Resource": "arn:aws:s3:::one/*"}),
        ("it allows all but something", {"NotAction": "iam:*", "Resource": "arn:aws:s3:::one/*"}),
        ("it allows it on everything", {"Action": ["s3:GetObject"], "Resource": "*"}),
        (
            "it allows it on everything, by a name without a page",
            {"Sid": "Why", "Action": ["s3:GetObject"], "Resource": ["*"]},
        ),
    )
]

PARAMETERS: Sequence[Mutation] = [
    Mutation(
        "no_parameter_is_left_open", "it has no certificate of its own", put("Ingress", f"{_ALB}certificate-arn", "arn")
    ),
    Mutation(
        "no_parameter_is_left_open",
        "its log is nowhere",
        replace("Ingress", f"{_ALB}load-balancer-attributes", "portico-production-access-logs", "bucket"),
    ),
    Mutation(
        "no_parameter_is_left_open",
        "nobody is let in",
        put("NetworkPolicy load-balancer", "spec ingress 0 from 0 ipBlock cidr", "192.0.2.0/32"),
    ),
    Mutation(
        "no_parameter_is_left_open",
        "secrets are nobody's",
        put("ExternalSecret order", "spec data 0 remoteRef key", "secrets/order"),
    ),
    Mutation(
        "the_shop_has_one_address", "another host is routed", put("Ingress", "spec rules 0 host", "www.shop.example")
    ),
    Mutation("the_shop_has_one_address", "every host is routed", drop("Ingress", "spec rules 0 host")),
]

ROLES: Sequence[Mutation] = [
    Mutation(
        "roles_are_for_who_needs_them",
        "one that calls AWS has no role",
        written("cluster/cluster.yaml", "serviceAccountName: user", "serviceAccountName: users"),
    ),
    Mutation(
        "roles_are_for_who_needs_them",
        "one that never calls AWS has a role",
        written("cluster/cluster.yaml", "serviceAccountName: mongo-backup", "serviceAccountName: cart"),
    ),
    Mutation(
        "roles_are_for_who_needs_them",
        "a role has no policy",
        written("cluster/cluster.yaml", "policy/portico-user", "policy/portico-users"),
    ),
    Mutation(
        "roles_reach_what_is_asked_for",
        "a secret cannot be read",
        written("cluster/iam/external-secrets.json", "/peers-", "/peer-"),
    ),
    Mutation(
        "roles_reach_what_is_asked_for",
        "a secret is asked for by another name",
        put("ExternalSecret order", "spec data 0 remoteRef key", "portico-production/orders"),
    ),
    Mutation(
        "roles_reach_what_is_asked_for",
        "copies go to another bucket",
        written("cluster/iam/mongo-backup.json", "portico-production-backups", "portico-backups"),
    ),
    Mutation(
        "roles_reach_what_is_asked_for",
        "mails are from another address",
        written(_USER, "shop@shop.example", "mail@shop.example"),
    ),
    Mutation(
        "roles_reach_what_is_asked_for",
        "events go to another queue",
        written("cluster/iam/order.json", "portico-events.fifo", "events.fifo"),
        "eks-prod+events",
    ),
    Mutation("customers_are_looked_after", "there is no firewall", drop("Ingress", f"{_ALB}wafv2-acl-arn")),
    Mutation(
        "customers_are_looked_after",
        "nothing is written down",
        replace(
            "Ingress", f"{_ALB}load-balancer-attributes", "access_logs.s3.enabled=true", "access_logs.s3.enabled=false"
        ),
    ),
    Mutation(
        "customers_are_looked_after",
        "it can be deleted by mistake",
        replace(
            "Ingress",
            f"{_ALB}load-balancer-attributes",
            "deletion_protection.enabled=true",
            "deletion_protection.enabled=false",
        ),
    ),
    Mutation("the_balancer_speaks_tls", "no controller takes it up", drop("Ingress", "spec ingressClassName")),
    Mutation("the_balancer_speaks_tls", "customers do not reach it", put("Ingress", f"{_ALB}scheme", "internal")),
]
