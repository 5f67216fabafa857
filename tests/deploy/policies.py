"""What NetworkPolicies let through, as Kubernetes has it: between the pods there are, and to what is elsewhere.

https://kubernetes.io/docs/concepts/services-networking/network-policies: a pod that no policy selects for a direction
is open in it; else it is open to the sum of what the policies allow. A connection needs a yes of both its ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.deploy.rendered import NAME, PART_OF, SHOP, Manifest, Rendered, Workload, selects

Direction = Literal["Egress", "Ingress"]
DIRECTIONS: Sequence[Direction] = ("Egress", "Ingress")
NOBODYS_PORT = 1
"""That nothing listens on: who lets it through lets everything through."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One way in which pods may connect."""

    source: str
    target: str
    port: int

    def __str__(self) -> str:
        return f"{self.source} to {self.target}:{'any port' if self.port == NOBODYS_PORT else self.port}"


@dataclass(frozen=True, slots=True, order=True)
class Outside:
    """What a pod may have to do with those that no overlay has: a network, or pods of another namespace."""

    pod: str
    direction: Direction
    peer: str
    port: str

    def __str__(self) -> str:
        way = "to" if self.direction == "Egress" else "from"
        return f"{self.pod} {way} {self.peer}, {self.port}"


STRANGER = "a stranger"


class Network:
    """The pods and policies of an overlay, and a pod in each namespace which is new there and nobody's neighbour."""

    def __init__(self, rendered: Rendered) -> None:
        self._known = rendered.workloads
        homes = sorted({each.namespace for each in self._known})
        self.workloads = [*self._known, *(Workload(_stranger(home)) for home in homes)]
        self._policies = rendered.of("NetworkPolicy")
        self._ports = frozenset(_numbers(self._policies))
        self._holding = {
            (str(workload), direction): self._found(workload, direction)
            for workload in self.workloads
            for direction in DIRECTIONS
        }
        self._namespaces: dict[str, Mapping[str, str]] = {
            each["metadata"]["name"]: {
                **each["metadata"].get("labels", {}),
                "kubernetes.io/metadata.name": each["metadata"]["name"],
            }
            for each in rendered.of("Namespace")
        }

    def edges(self, direction: Direction) -> frozenset[Edge]:
        """What the policies of one end let through."""
        found = set[Edge]()
        for source in self.workloads:
            for target in self.workloads:
                one, other = (source, target) if direction == "Egress" else (target, source)
                for port in self._candidates(target):
                    if self._allows(one, direction, other, target, port):
                        found.add(Edge(source.name, target.name, port))
        return frozenset(found)

    def outside(self) -> frozenset[Outside]:
        """What rules let through that lead to no pod here alone."""
        found = set[Outside]()
        for workload in self.workloads:
            for direction in DIRECTIONS:
                rules = self._rules(workload, direction)
                for rule in rules if rules is not None else ({},):
                    for peer in self._peers_outside(rule, direction, workload):
                        ports = _told_ports(rule) if direction == "Egress" else _own_ports(rule, workload)
                        found |= {Outside(workload.name, direction, peer, port) for port in ports}
        return frozenset(found)

    def closed(self, workload: Workload) -> bool:
        """Whether a policy that allows nothing of itself selects it, both ways."""
        return any(
            self._selects(policy, workload)
            and {*_types(policy)} == {"Egress", "Ingress"}
            and not policy["spec"].get("egress")
            and not policy["spec"].get("ingress")
            for policy in self._policies
        )

    def idle(self) -> Iterator[str]:
        """The policies which select no pod."""
        for policy in self._policies:
            if not any(self._selects(policy, workload) for workload in self._known):
                yield policy["metadata"]["name"]

    def _selects(self, policy: Manifest, workload: Workload) -> bool:
        same = policy["metadata"].get("namespace", "") == workload.namespace
        return same and selects(policy["spec"].get("podSelector", {}), workload.labels)

    def _rules(self, workload: Workload, direction: Direction) -> Sequence[Manifest] | None:
        """Those that hold for a pod; nothing at all if it is open."""
        return self._holding[str(workload), direction]

    def _found(self, workload: Workload, direction: Direction) -> Sequence[Manifest] | None:
        holding = [each for each in self._policies if self._selects(each, workload) and direction in _types(each)]
        if not holding:
            return None
        return [rule for policy in holding for rule in policy["spec"].get(direction.lower()) or ()]

    def _allows(self, one: Workload, direction: Direction, other: Workload, target: Workload, port: int) -> bool:
        rules = self._rules(one, direction)
        if rules is None:
            return True
        return any(self._among_peers(rule, direction, one, other) and _has_port(rule, target, port) for rule in rules)

    def _among_peers(self, rule: Manifest, direction: Direction, one: Workload, other: Workload) -> bool:
        peers = rule.get("to" if direction == "Egress" else "from")
        return not peers or any(self._is_peer(peer, one, other) for peer in peers)

    def _is_peer(self, peer: Manifest, one: Workload, other: Workload) -> bool:
        if "ipBlock" in peer:
            return False
        if "namespaceSelector" in peer:
            near = selects(peer["namespaceSelector"], self._namespaces.get(other.namespace, {}))
        else:
            near = one.namespace == other.namespace
        return near and selects(peer.get("podSelector", {}), other.labels)

    def _peers_outside(self, rule: Manifest, direction: Direction, one: Workload) -> Iterator[str]:
        peers = rule.get("to" if direction == "Egress" else "from")
        if not peers:
            yield "anyone"
        for peer in peers or ():
            block = peer.get("ipBlock")
            if block:
                yield block["cidr"] + "".join(f" but {each}" for each in block.get("except", ()))
            elif not any(self._is_peer(peer, one, other) for other in self.workloads):
                yield _told(peer.get("podSelector"), "pods") + _told(peer.get("namespaceSelector"), " in namespaces")

    def _candidates(self, target: Workload) -> frozenset[int]:
        """The ports that a connection might be to, whether or not anything listens there."""
        return self._ports | {NOBODYS_PORT, *target.ports.values()}


def _numbers(policies: Sequence[Manifest]) -> Iterator[int]:
    for policy in policies:
        for rule in [rule for way in ("egress", "ingress") for rule in policy["spec"].get(way) or ()]:
            for port in rule.get("ports", ()):
                yield from (each for each in (port.get("port"), port.get("endPort")) if isinstance(each, int))


def _types(policy: Manifest) -> Sequence[str]:
    spec = policy["spec"]
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def _has_port(rule: Manifest, target: Workload, port: int) -> bool:
    ports = rule.get("ports")
    return not ports or any(_is_port(each, target, port) for each in ports)


def _is_port(told: Manifest, target: Workload, port: int) -> bool:
    if told.get("protocol", "TCP") != "TCP":
        return False
    match told.get("port"):
        case None:
            return True
        case int(begin):
            return bool(begin <= port <= told.get("endPort", begin))
        case name:
            return target.ports.get(str(name)) == port


def _stranger(namespace: str) -> Manifest:
    metadata = {"labels": {PART_OF: SHOP, NAME: "stranger"}}
    spec = {"template": {"metadata": metadata, "spec": {"containers": []}}}
    return {"kind": "Deployment", "metadata": {"name": STRANGER, "namespace": namespace}, "spec": spec}


def _own_ports(rule: Manifest, workload: Workload) -> Iterator[str]:
    """Those of a rule that the pod listens on; nothing can come in by another."""
    if not rule.get("ports"):
        yield "any port"
    yield from (
        f"TCP {port}" for port in workload.ports.values() if rule.get("ports") and _has_port(rule, workload, port)
    )


def _told_ports(rule: Manifest) -> Iterator[str]:
    for port in rule.get("ports") or ({"protocol": "any", "port": "port"},):
        end = f"-{port['endPort']}" if "endPort" in port else ""
        yield f"{port.get('protocol', 'TCP')} {port.get('port', 'any')}{end}"


def _told(selector: Manifest | None, what: str) -> str:
    if selector is None:
        return ""
    pairs = [f"{key}={value}" for key, value in sorted(selector.get("matchLabels", {}).items())]
    pairs += [
        f"{each['key']} {each['operator']} {each.get('values', '')}" for each in selector.get("matchExpressions", ())
    ]
    return f"{what} {','.join(pairs) or 'of any kind'}"
