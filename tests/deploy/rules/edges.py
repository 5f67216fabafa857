"""The network lets through the calls that the code makes, and no other."""

import re
from collections.abc import Iterator
from ipaddress import ip_network

import yaml

from tests.deploy.composed import calls
from tests.deploy.environments import environment, expanded
from tests.deploy.policies import Edge, Network, Outside
from tests.deploy.rendered import SERVICE_PORTS, Rendered, Workload

MONGO = 27017
DATABASE, BACKUP = "mongo", "mongo-backup"
_DNS = "pods k8s-app=kube-dns in namespaces kubernetes.io/metadata.name=kube-system"
_AGENT = "169.254.170.23/32"
"""EKS Pod Identity's, where AWS's libraries ask for credentials."""
_MONITORING = re.compile(r"(pods \S+)? in namespaces kubernetes\.io/metadata\.name=monitoring")

Need = tuple[str, str]
"""A pod's name, and what it has to do with the outside."""


def policies_are_the_calls(rendered: Rendered) -> Iterator[str]:
    """Both ends agree on each edge; the edges are those of the code; default is to deny."""
    network = Network(rendered)
    out, into = network.edges("Egress"), network.edges("Ingress")
    wanted = _wanted(rendered)
    yield from (f"{edge} is let out, and not let in." for edge in sorted(out - into))
    yield from (f"{edge} is let in, and not let out." for edge in sorted(into - out))
    yield from (f"{edge} is needed, and not let through." for edge in sorted(wanted - (out & into)))
    yield from (f"{edge} is let through, and nobody calls there." for edge in sorted((out & into) - wanted))
    yield from (
        f"{workload} is not closed by default." for workload in network.workloads if not network.closed(workload)
    )
    yield from _outside(rendered, network)


def _wanted(rendered: Rendered) -> frozenset[Edge]:
    names = {each.service: each.name for each in rendered.services}
    found = {
        Edge(names[service], names[peer], SERVICE_PORTS[peer])
        for service, peers in calls().items()
        for peer in peers
        if {service, peer} <= names.keys()
    }
    inside = {each.name for each in rendered.workloads}
    if DATABASE in inside:
        clients = {*names.values(), DATABASE} | ({BACKUP} & inside)
        found |= {Edge(client, DATABASE, MONGO) for client in clients}
    return frozenset(found)


def _outside(rendered: Rendered, network: Network) -> Iterator[str]:
    found = dict[Need, Outside]()
    for each in network.outside():
        need = _need(each)
        if need is None:
            yield f"{each}: nobody needs that."
        else:
            found[each.pod, need] = each
    wanted = {(each.name, need) for each in network.workloads for need in needs(rendered, each)}
    yield from (f"{pod} needs a way for {need}." for pod, need in sorted(wanted - found.keys()))
    yield from (f"{found[each]}: nobody needs that." for each in sorted(found.keys() - wanted))


def needs(rendered: Rendered, workload: Workload) -> Iterator[str]:
    """What a pod has to do with the outside, by what it is and is told."""
    yield from ("DNS by UDP", "DNS by TCP")
    inside = {each.name for each in rendered.workloads}
    if workload.service:
        yield "Prometheus"
        if rendered.on_aws:
            yield "the load balancer"
        if _told(rendered, workload, "OTEL_EXPORTER_OTLP_ENDPOINT"):
            yield "a collector of traces"
        if DATABASE not in inside:
            yield "a database elsewhere"
    if workload.name == BACKUP or calls_aws(rendered, workload):
        yield from ("AWS", "credentials of AWS")


def calls_aws(rendered: Rendered, workload: Workload) -> bool:
    """Whether a service is told to use something of Amazon's."""
    mails = workload.service == "user" and _told(rendered, workload, "NOTIFIER") == "ses"
    events = workload.service == "order" and _told(rendered, workload, "EVENT_PUBLISHER") == "sqs"
    return mails or events


def _told(rendered: Rendered, workload: Workload, name: str) -> str:
    if not workload.service:
        return ""
    return expanded(environment(rendered, workload, workload.pod["containers"][0])).get(name, "")


def _need(each: Outside) -> str | None:
    ports = {f"TCP {port}" for port in SERVICE_PORTS.values()}
    match each.direction, each.peer, each.port:
        case "Egress", peer, "UDP 53" | "TCP 53" if peer == _DNS:
            return f"DNS by {each.port[:3]}"
        case "Egress", peer, "TCP 80" if peer == _AGENT:
            return "credentials of AWS"
        case "Egress", peer, "TCP 443" if _is_the_internet(peer):
            return "AWS"
        case "Egress", peer, port if port.startswith("TCP 270") and " " not in peer:
            return "a database elsewhere"
        case "Egress", peer, "TCP 4318" if _MONITORING.fullmatch(peer):
            return "a collector of traces"
        case "Ingress", peer, port if port in ports and _MONITORING.fullmatch(peer):
            return "Prometheus"
        case "Ingress", peer, port if port in ports and _is_a_network(peer):
            return "the load balancer"
    return None


def _is_the_internet(peer: str) -> bool:
    """All of it, but for the networks where neighbours are and where a node tells of itself."""
    cidr, *without = peer.split(" but ")
    return cidr == "0.0.0.0/0" and {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= {*without}


def _is_a_network(peer: str) -> bool:
    """A part of ours, as the load balancer's subnets are."""
    try:
        network = ip_network(peer)
    except ValueError:
        return False
    return network.is_private and network.prefixlen >= 16


def the_balancers_subnets_are_let_in(rendered: Rendered) -> Iterator[str]:
    """One block for each zone that the cluster is in, of its network, and none of another's."""
    if not rendered.on_aws:
        return
    cluster = yaml.safe_load(rendered.files["cluster/cluster.yaml"])
    zones, whole = cluster["availabilityZones"], ip_network(cluster["vpc"]["cidr"])
    outside = [each for each in Network(rendered).outside() if each.direction == "Ingress"]
    for workload in rendered.services:
        peers = {each.peer for each in outside if each.pod == workload.name and _need(each) == "the load balancer"}
        blocks = [ip_network(peer) for peer in sorted(peers)]
        if len(blocks) != len(zones):
            yield f"{workload} lets in {len(blocks)} subnets of the load balancer's, of {len(zones)} zones."
        for number, block in enumerate(blocks):
            if block.version != whole.version or not block.subnet_of(whole):  # type: ignore[arg-type] # of one version
                yield f"{workload}: {block} is not of the cluster's network."
            if any(block.overlaps(other) for other in blocks[:number]):
                yield f"{workload}: {block} is there twice."
