"""Services that are told too little, too much, something wrong, or a secret that is not theirs."""

from collections.abc import Sequence

from tests.deploy.mutations.mutation import Change, Mutation, add, drop, more, put
from tests.deploy.rendered import Rendered, Workload

_CONTAINER = "spec template spec containers 0"


def _of(rendered: Rendered, service: str) -> Workload:
    return next(each for each in rendered.services if each.service == service)


def told(service: str, name: str, text: str) -> Change:
    """The variable has another value, wherever it had one."""

    def change(rendered: Rendered) -> None:
        container = _of(rendered, service).pod["containers"][0]
        others = [each for each in container.get("env", ()) if each["name"] != name]
        container["env"] = [*others, {"name": name, "value": text}]

    return change


def untold(name: str) -> Change:
    """No service is told: it is in no ConfigMap, in no Secret, and no variable of a container."""

    def change(rendered: Rendered) -> None:
        for each in rendered.of("ConfigMap", "Secret"):
            (each.get("data") or {}).pop(name, None)
        for each in rendered.of("ExternalSecret"):
            each["spec"]["data"] = [one for one in each["spec"].get("data", ()) if one["secretKey"] != name]
        for workload in rendered.services:
            container = workload.pod["containers"][0]
            container["env"] = [each for each in container.get("env", ()) if each["name"] != name]

    return change


def taken(taker: str, giver: str, name: str) -> Change:
    """One service gets a variable of another's, from the same Secret."""

    def change(rendered: Rendered) -> None:
        (given,) = [each for each in _of(rendered, giver).pod["containers"][0]["env"] if each["name"] == name]
        container = _of(rendered, taker).pod["containers"][0]
        container["env"] = [*(each for each in container["env"] if each["name"] != name), given]

    return change


PROVIDED: Sequence[Mutation] = [
    *(
        Mutation("settings_are_provided", f"nobody is told {name}", untold(name))
        for name in (
            "SERVICE_KEY",
            "PEER_KEYS",
            "MONGO_URL",
            "PASSWORD_PEPPER",
            "SIGNING_KEYS_FILE",
            "STORE",
            "THROTTLE",
            "NOTIFIER",
            "MAIL_FROM",
            "TOKEN_ISSUER",
            "TRUSTED_HOPS",
            "VERIFY_EMAIL_LINK",
            "PASSWORD_RESET_LINK",
            "HOST",
            "PRODUCT_URL",
            "USER_URL",
            "CART_URL",
            "AWS_DEFAULT_REGION",
        )
    ),
    Mutation("settings_are_provided", "nobody says where events go", untold("EVENTS_QUEUE_URL"), "eks-prod+events"),
    Mutation("settings_are_provided", "it is told nothing of its database", told("order", "MONGO_URL", "")),
    Mutation("settings_are_provided", "it is another service", told("order", "SERVICE", "cart")),
    Mutation("settings_are_provided", "it calls a port that nobody has", told("order", "CART_URL", "http://cart:80")),
    Mutation("settings_are_provided", "it calls another service", told("order", "CART_URL", "http://product:3001")),
    Mutation("settings_are_provided", "it listens to itself alone", told("order", "HOST", "127.0.0.1")),
    Mutation(
        "settings_are_provided",
        "its ConfigMap is gone",
        add("Deployment order", f"{_CONTAINER} envFrom", {"configMapRef": {"name": "gone"}}),
    ),
    Mutation("settings_are_read", "a name has a slip", told("order", "CHECKOUT_SECOND", "30")),
    Mutation("settings_are_read", "a setting is gone", told("order", "SERVICE_TOKEN_SECRET", "once")),
    Mutation(
        "settings_are_read", "it is told of one that it never calls", told("cart", "ORDER_URL", "http://order:3004")
    ),
    Mutation(
        "settings_are_read",
        "the kubelet tells it of Services",
        drop("Deployment order", "spec template spec enableServiceLinks"),
    ),
    Mutation(
        "settings_are_read",
        "the kubelet tells the database of Services",
        drop("StatefulSet mongo", "spec template spec enableServiceLinks"),
    ),
    Mutation("production_takes_the_settings", "a mistyped number", told("order", "CHECKOUT_SECONDS", "soon")),
    Mutation("production_takes_the_settings", "pages for developers are served", told("order", "DOCS", "true")),
    Mutation("production_takes_the_settings", "tries are counted by each alone", told("user", "THROTTLE", "memory")),
    Mutation("production_takes_the_settings", "a store that forgets", told("cart", "STORE", "memory")),
    Mutation("production_takes_the_settings", "mails go to the log", told("user", "NOTIFIER", "console")),
    Mutation(
        "production_takes_the_settings", "an address without TLS", told("user", "TOKEN_ISSUER", "http://shop.example")
    ),
    Mutation(
        "production_takes_the_settings", "an admin by chance", told("user", "BOOTSTRAP_ADMIN_EMAIL", "a@shop.example")
    ),
    Mutation("production_takes_the_settings", "passwords are cheap to guess", told("user", "BCRYPT_COST", "5")),
    Mutation("production_takes_the_settings", "it is for development", told("order", "ENVIRONMENT", "development")),
    Mutation(
        "production_takes_the_settings", "anybody's word about addresses is believed", told("user", "TRUSTED_HOPS", "2")
    ),
]

_LITERAL = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "made"}, "data": {"KEY": "c2VjcmV0"}}
_TOKEN = "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw"
SECRETS: Sequence[Mutation] = [
    Mutation(
        "secrets_go_where_they_are_needed", "another service has the pepper", told("cart", "PASSWORD_PEPPER", "x" * 40)
    ),
    Mutation(
        "secrets_go_where_they_are_needed", "another service can sign tokens", told("order", "SIGNING_KEYS", "pem")
    ),
    Mutation(
        "secrets_go_where_they_are_needed",
        "a service gets the other's pepper",
        taken("order", "user", "PASSWORD_PEPPER"),
    ),
    Mutation(
        "secrets_go_where_they_are_needed", "one service can speak for another", taken("cart", "order", "SERVICE_KEY")
    ),
    Mutation("secrets_go_where_they_are_needed", "its key is written down", told("order", "SERVICE_KEY", "pem")),
    Mutation(
        "secrets_go_where_they_are_needed",
        "the database's password is written down",
        told("order", "MONGO_URL", "mongodb://shop:pa55@mongo"),
    ),
    Mutation(
        "secrets_go_where_they_are_needed",
        "it mounts a Secret that it does not read",
        add("Deployment order", "spec template spec volumes", {"name": "keys", "secret": {"secretName": "user"}}),
    ),
    Mutation("no_secret_is_written_down", "a Secret has a value", more(_LITERAL)),
    Mutation("no_secret_is_written_down", "a private key is a setting", told("order", "SERVICE_KEY", _TOKEN)),
    Mutation(
        "no_secret_is_written_down",
        "a password is in an address",
        told("order", "MONGO_URL", "mongodb://shop:pa55word@mongo"),
    ),
    Mutation(
        "no_secret_is_written_down",
        "a key of AWS is a note",
        put("Deployment order", "metadata annotations note", "AKIA" + "A2B3C4D5E6F7G8H9"),
    ),
]
