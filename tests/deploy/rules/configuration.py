"""Each service is told what it asks for, nothing that nobody reads, and no secret that it has no use for."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.bootstrap.keys import new_service_key, new_signing_keys, public_service_key
from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.outbound.system.secret import UrlSafeSecret
from tests.deploy.composed import asked_for_in_production, calls, read_by
from tests.deploy.environments import Missing, Variable, environment, expanded, referred_to, secret_keys
from tests.deploy.rendered import SERVICE_PORTS, Rendered, Workload
from tests.deploy.rules.edges import calls_aws
from tests.deploy.rules.probes import EVERYWHERE

SECRETS = frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)
_OF_LIBRARIES = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_STS_REGIONAL_ENDPOINTS", "PYTHONUNBUFFERED"}
"""What boto3 and Python itself read."""


def settings_are_provided(rendered: Rendered) -> Iterator[str]:
    """What a service refuses to start without, where it listens, and where those are whom it calls."""
    for workload in rendered.services:
        try:
            variables = _variables(rendered, workload)
        except Missing as missing:
            yield str(missing)
            continue
        texts = expanded(variables)
        service = workload.service
        for name in sorted(_needed(service, texts)):
            if not texts.get(name) and not (name == "SIGNING_KEYS" and "SIGNING_KEYS_FILE" in texts):
                yield f"{workload} is not told {name}."
        if texts.get("SERVICE") != service:
            yield f"{workload} is the service {texts.get('SERVICE')}."
        if texts.get("HOST") not in EVERYWHERE:
            yield f"{workload} listens on {texts.get('HOST')}."
        for peer in sorted(calls()[service]):
            yield from _led_to(rendered, workload, peer, texts.get(f"{peer.upper()}_URL", ""))
        if calls_aws(rendered, workload) and not texts.keys() & {"AWS_REGION", "AWS_DEFAULT_REGION"}:
            yield f"{workload} is not told its region."


def _variables(rendered: Rendered, workload: Workload) -> Mapping[str, Variable]:
    (container,) = workload.pod["containers"]
    return environment(rendered, workload, container)


def _needed(service: str, texts: Mapping[str, str]) -> set[str]:
    needed = {*asked_for_in_production(service, texts)} if texts.get("ENVIRONMENT") == "production" else set[str]()
    return needed | {"SERVICE_KEY", "PEER_KEYS", "STORE"}


def _led_to(rendered: Rendered, workload: Workload, peer: str, url: str) -> Iterator[str]:
    found = urlsplit(url)
    inside = {
        f"{peer}{end}"
        for end in (
            "",
            f".{workload.namespace}",
            f".{workload.namespace}.svc",
            f".{workload.namespace}.svc.cluster.local",
            f".{workload.namespace}.svc.cluster.local.",
        )
    }
    if found.scheme != "http" or found.hostname not in inside or found.port != SERVICE_PORTS[peer]:
        yield f"{workload} looks for {peer} at {url or 'nowhere'}."


def settings_are_read(rendered: Rendered) -> Iterator[str]:
    """A variable is a setting, or a library's, or part of another; one that nobody reads is a mistake of spelling."""
    known = {name.upper() for name in Settings.model_fields}
    for workload in rendered.workloads:
        if workload.pod.get("enableServiceLinks") is not False:
            yield f"{workload} is told of every Service, by the kubelet, in variables of its own making."
    for workload in rendered.services:
        variables = _variables(rendered, workload)
        unread = variables.keys() - known - _OF_LIBRARIES - referred_to(variables)
        yield from (f"{workload}: nobody reads {name}." for name in sorted(unread))
        others = {f"{peer.upper()}_URL" for peer in SERVICE_PORTS if peer not in calls()[workload.service]}
        yield from (f"{workload} is told {name}, and calls it never." for name in sorted(others & variables.keys()))


def secrets_go_where_they_are_needed(rendered: Rendered) -> Iterator[str]:
    """To the service that reads them, by reference; what everybody may know is in no Secret of another's."""
    for workload in rendered.services:
        variables = _variables(rendered, workload)
        read = read_by()[workload.service]
        for name, variable in sorted(variables.items()):
            field = name.lower()
            if field in SECRETS and field not in read:
                yield f"{workload} gets {name}, and has no use for it."
            if field in SECRETS and variable.text and not _tells_nothing(variable.text, variables):
                yield f"{workload}: {name} is written down."
        key = variables.get("SERVICE_KEY")
        if key is not None:
            others = [each for each in rendered.services if each.service != workload.service]
            if any(key.source in _secrets_of(rendered, other) for other in others):
                yield f"{workload}: its key is in a Secret that others get as well."
    yield from _mounted(rendered)


def _tells_nothing(text: str, variables: Mapping[str, Variable]) -> bool:
    """The name of a store, or an address whose password is another variable's."""
    credentials = urlsplit(text).netloc.rpartition("@")[0] if "://" in text else ""
    password = credentials.partition(":")[2]
    if "://" not in text:
        return ":" not in text and text in ("mongo", "memory")
    return not password or (password.startswith("$(") and variables[password[2:-1]].kind == "secret")


def _secrets_of(rendered: Rendered, workload: Workload) -> set[str]:
    return {each.source for each in _variables(rendered, workload).values() if each.kind == "secret"}


def _mounted(rendered: Rendered) -> Iterator[str]:
    """A file of secrets is that of a setting."""
    for workload in rendered.services:
        texts = expanded(_variables(rendered, workload))
        (container,) = workload.pod["containers"]
        mounts = {mount["name"]: mount["mountPath"] for mount in container.get("volumeMounts", ())}
        for volume in workload.pod.get("volumes", ()):
            if "secret" not in volume:
                continue
            name = volume["secret"]["secretName"]
            files = {item["path"] for item in volume["secret"].get("items", ())} or {
                *secret_keys(rendered).get(name, ())
            }
            file = Path(texts.get("SIGNING_KEYS_FILE", "/"))
            if str(file.parent) != mounts.get(volume["name"]) or file.name not in files:
                yield f"{workload} mounts {name}, and no setting names a file of it."


@cache
def generated() -> Mapping[str, Any]:
    """Secrets as an operator makes them: a key for each service, the list of all, and the rest."""
    keys = {service: new_service_key() for service in SERVICE_PORTS}
    return {
        "SERVICE_KEY": keys,
        "PEER_KEYS": " ".join(f"{name}={public_service_key(key)}" for name, key in keys.items()),
        "PASSWORD_PEPPER": UrlSafeSecret()(),
        "PASSWORD_PEPPERS_RETIRED": "",
        "SIGNING_KEYS": new_signing_keys(),
        "MONGO_URL": f"mongodb://shop:{UrlSafeSecret()()}@mongo/?replicaSet=rs0",
    }


def production_takes_the_settings(rendered: Rendered) -> Iterator[str]:
    """The real Settings are made of the rendered environment, with secrets as an operator makes them."""
    for workload in rendered.services:
        variables = _variables(rendered, workload)
        made = {**generated(), "SERVICE_KEY": generated()["SERVICE_KEY"][workload.service]}
        texts = {
            name: made.get(name, UrlSafeSecret()()) if variable.kind == "secret" else text
            for (name, variable), text in zip(variables.items(), expanded(variables).values(), strict=True)
        }
        try:
            settings = checked(Settings, {}, environment=texts)
        except WrongSettings as wrong:
            yield from (f"{workload}: {fault}" for fault in wrong.faults)
            continue
        if rendered.on_aws and settings.environment != "production":
            yield f"{workload} is not told that this is production."
        if rendered.on_aws and settings.trusted_hops != 1:
            yield f"{workload} believes {settings.trusted_hops} proxies; the load balancer is one."
