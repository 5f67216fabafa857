"""Networks that let too much through, too little, or what one end alone agrees with."""

from collections.abc import Sequence
from typing import Any

from tests.deploy.mutations.mutation import Change, Mutation, drop, more, put, without
from tests.deploy.rendered import NAME, Rendered, selects


def policy(name: str, pods: dict[str, Any], **rules: Any) -> Change:
    """One more policy, for the pods with these labels."""
    types = [each.capitalize() for each in rules]
    selector = {"matchLabels": pods} if pods else {}
    spec = {"podSelector": selector, "policyTypes": types, **rules}
    return more(
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}
    )


def pods(service: str) -> list[dict[str, Any]]:
    """As the one peer of a rule."""
    return [{"podSelector": {"matchLabels": {NAME: service}}}]


def both(source: str, target: str, port: int) -> Change:
    """An edge that both ends agree on."""
    one = policy("out", {NAME: source}, egress=[{"to": pods(target), "ports": [{"port": port}]}])
    other = policy("into", {NAME: target}, ingress=[{"from": pods(source), "ports": [{"port": port}]}])

    def change(rendered: Rendered) -> None:
        one(rendered)
        other(rendered)

    return change


def cut(service: str, direction: str, peer: str) -> Change:
    """No rule of the service's policies names the peer any more, in one direction."""
    side = "to" if direction == "egress" else "from"

    def change(rendered: Rendered) -> None:
        for each in rendered.of("NetworkPolicy"):
            if selects(each["spec"]["podSelector"], {NAME: service, "app.kubernetes.io/part-of": "portico"}):
                for rule in each["spec"].get(direction) or ():
                    rule[side] = [
                        one for one in rule.get(side, ()) if not selects(one.get("podSelector"), {NAME: peer})
                    ] or [{"podSelector": {"matchLabels": {NAME: "nobody"}}}]

    return change


def open_to_all(rendered: Rendered) -> None:
    """Ports are left out of every rule, and so are all ports."""
    for each in rendered.of("NetworkPolicy"):
        for direction in ("egress", "ingress"):
            for rule in each["spec"].get(direction) or ():
                rule.pop("ports", None)


EDGES: Sequence[Mutation] = [
    Mutation("policies_are_the_calls", wrong, change)
    for wrong, change in (
        ("nothing is denied", without("NetworkPolicy default-deny")),
        ("what goes out is not denied", put("NetworkPolicy default-deny", "spec policyTypes", ["Ingress"])),
        ("what comes in is not denied", put("NetworkPolicy default-deny", "spec policyTypes", ["Egress"])),
        ("a call is not let out", cut("order", "egress", "cart")),
        ("a call is not let in", cut("cart", "ingress", "order")),
        ("the database is not to be reached", cut("order", "egress", "mongo")),
        ("the database lets nobody in", cut("mongo", "ingress", "order")),
        ("members do not find one another", cut("mongo", "egress", "mongo")),
        ("a call that nobody makes is let through", both("user", "order", 3004)),
        ("a call goes to another port", both("order", "cart", 8080)),
        (
            "all pods may call the user service",
            policy("all", {}, egress=[{"to": pods("user"), "ports": [{"port": 3002}]}]),
        ),
        ("every port is open", open_to_all),
        (
            "one end alone agrees",
            policy("half", {NAME: "cart"}, egress=[{"to": pods("order"), "ports": [{"port": 3004}]}]),
        ),
        ("pods may go anywhere", policy("out", {NAME: "product"}, egress=[{}])),
        ("pods may go anywhere by HTTPS", policy("out", {NAME: "product"}, egress=[{"ports": [{"port": 443}]}])),
        (
            "pods may ask the node who it is",
            policy(
                "out",
                {NAME: "product"},
                egress=[{"to": [{"ipBlock": {"cidr": "169.254.169.254/32"}}], "ports": [{"port": 80}]}],
            ),
        ),
        ("anybody may come in", policy("into", {NAME: "order"}, ingress=[{}])),
        (
            "another namespace may come in",
            policy("into", {NAME: "order"}, ingress=[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 3004}]}]),
        ),
        (
            "the internet may come in",
            policy(
                "into",
                {NAME: "order"},
                ingress=[{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 3004}]}],
            ),
        ),
        ("nobody may ask for names", without("NetworkPolicy names")),
        ("names are asked for by UDP alone", drop("NetworkPolicy names", "spec egress 0 ports 1")),
        ("nobody measures", without("NetworkPolicy metrics")),
        ("one of four can be measured", drop("NetworkPolicy metrics", "spec ingress 0 ports 0 endPort")),
        ("any pod may ask the database", put("NetworkPolicy mongo", "spec ingress 0 from 0 podSelector", {})),
        ("any pod may call the user service", put("NetworkPolicy user", "spec ingress 0 from 0 podSelector", {})),
    )
]

SUBNETS: Sequence[Mutation] = [
    Mutation("the_balancers_subnets_are_let_in", wrong, change)
    for wrong, change in (
        ("one zone's load balancer is not let in", drop("NetworkPolicy load-balancer", "spec ingress 0 from 1")),
        (
            "a subnet is of another network",
            put("NetworkPolicy load-balancer", "spec ingress 0 from 1 ipBlock cidr", "10.41.0.0/19"),
        ),
        (
            "two subnets are one",
            put("NetworkPolicy load-balancer", "spec ingress 0 from 1 ipBlock cidr", "10.40.0.0/20"),
        ),
    )
]
