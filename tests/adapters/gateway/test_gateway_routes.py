"""How paths are matched, and what a manifest may say."""

import pytest

from adapters.inbound.gateway.routes import ManifestError, Route, RoutingTable, parse_manifest

MANIFEST = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {alb.ingress.kubernetes.io/scheme: internal}}
spec:
  rules:
    - http:
        paths:
          - {path: /v1/cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 3003}}}}
          - {path: /v1/cart/items/, pathType: Prefix, backend: {service: {name: items, port: {number: 80}}}}
          - {path: /v1/cart/items/best, pathType: Exact, backend: {service: {name: best, port: {number: 80}}}}
"""

MATCHES = [
    ("/v1/cart", "cart"),
    ("/v1/cart/", "cart"),
    ("/v1/cart/merge", "cart"),
    ("/v1/cart//x", "cart"),
    ("/v1/cart/../../internal", "cart"),
    ("/v1/carts", None),
    ("/v1/cart.json", None),
    ("/v1/cart%2Fitems", None),
    ("/v1/car", None),
    ("/v1", None),
    ("/", None),
    ("/V1/cart", None),
    ("//v1/cart", None),
    ("/v1//cart", None),
    ("/%761/cart", None),
    ("/v1/./cart", None),
    ("/x/../v1/cart", None),
    ("/v1/cart/items", "items"),
    ("/v1/cart/items/1", "items"),
    ("/v1/cart/itemsets", "cart"),
    ("/v1/cart/items/best", "best"),
    ("/v1/cart/items/best/", "items"),
    ("/v1/cart/items/best/1", "items"),
]


def misrouted(table: RoutingTable) -> list[str]:
    return [path for path, service in MATCHES if table.match(path) != service]


def test_exact_comes_before_prefix_and_the_longest_prefix_first_element_by_element() -> None:
    assert misrouted(parse_manifest(MANIFEST)) == []


def test_a_table_that_compares_text_instead_of_elements_is_caught() -> None:
    class Text(RoutingTable):
        def match(self, path: str) -> str | None:
            return next((route.backend for route in self.routes if path.startswith(route.path)), None)

    assert "/v1/carts" in misrouted(Text(parse_manifest(MANIFEST).routes))


def test_a_table_in_the_manifests_own_order_is_caught() -> None:
    routes = sorted(parse_manifest(MANIFEST).routes, key=lambda route: len(route.path))
    assert "/v1/cart/items" in misrouted(RoutingTable(tuple(routes)))


def test_a_prefix_of_one_slash_is_everything() -> None:
    everything = Route(path="/", exact=False, backend="all")
    assert all(everything.matches(path) for path in ("/", "/a", "//"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("v1\nkind", "v1beta1\nkind", "Expected one document"),
        ("kind: Ingress", "kind: Service", "Expected one document"),
        ("metadata: {", "metadata: {{", "not YAML"),
        ("  rules:", "  defaultBackend: {}\n  rules:", "defaultBackend"),
        ("alb.ingress.kubernetes.io/scheme", "alb.ingress.kubernetes.io/conditions.cart", "conditions.cart"),
        ("- http:", "- host: shop.example\n      http:", "rule 1: host 'shop.example'"),
        ("- http:", "- https:", "rule 1: expected http.paths"),
        ("/v1/cart, pathType: Prefix", "/v1/cart, pathType: ImplementationSpecific", "rule 1, path 1: expected"),
        ("number: 3003", "name: use-annotation", "rule 1, path 1: expected"),
        ("path: /v1/cart/items/,", "path: v1,", "rule 1, path 2: 'v1' does not begin with a slash"),
        ("path: /v1/cart/items/,", "path: /v1/*,", "wildcard"),
        ("path: /v1/cart/items/,", "path: /v1/cart,", "'/v1/cart' is there twice"),
    ],
)
def test_a_manifest_that_cannot_be_followed_is_refused_and_says_why(old: str, new: str, complaint: str) -> None:
    assert MANIFEST.count(old) == 1
    with pytest.raises(ManifestError, match=complaint.replace("(", r"\(")):
        parse_manifest(MANIFEST.replace(old, new))
