"""The template of sam/, read: what CloudFormation would make of it with some parameters, as far as that is known."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SAM = ROOT / "sam"
TEMPLATE = SAM / "template.yaml"
SERVICES = ("product", "user", "cart", "order")
NOTHING = object()
"""What is left out: AWS::NoValue."""
HERE = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "000000000000",
    "AWS::StackName": "portico-dev",
    "AWS::URLSuffix": "amazonaws.com",
}
GIVEN = {
    "ShopSecret": "portico/dev/shop",
    "AccountsSecret": "portico/dev/accounts",
    "MailFrom": "The shop <shop@shop.invalid>",
    "MailIdentity": "shop.invalid",
    "VerifyEmailLink": "https://shop.invalid/verify#{token}",
    "PasswordResetLink": "https://shop.invalid/reset#{token}",
}
"""The parameters that have no default."""
EVERYTHING = {
    **GIVEN,
    "AuthorizerIssuer": "https://shop.invalid",
    "TokenIssuer": "https://shop.invalid",
    "ReservedConcurrency": 10,
    "SubnetIds": "subnet-1,subnet-2",
    "SecurityGroupIds": "sg-1",
    "ActiveTracing": "true",
    "OtlpEndpoint": "https://collector.invalid",
    "AlarmTopic": "arn:aws:sns:eu-central-1:000000000000:alarms",
}
"""The same, and all that can be turned on."""

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Takes CloudFormation's short forms for the long ones."""


def _short(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise NotImplementedError(node.tag)


_Loader.add_multi_constructor("!", _short)


@cache
def _read() -> Template:
    found: Template = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader's child
    return found


def template() -> Template:
    """The template, to be changed at will."""
    return copy.deepcopy(_read())


class Deployment:
    """The resources of a template with these parameters, their values worked out, and what Globals add to functions."""

    def __init__(self, template: Template, parameters: Mapping[str, Any]) -> None:
        self._template = template
        declared = template["Parameters"]
        defaults = {name: each["Default"] for name, each in declared.items() if "Default" in each}
        self.parameters = {**defaults, **parameters}
        for name, each in declared.items():
            if each["Type"] == "CommaDelimitedList":
                self.parameters[name] = str(self.parameters[name]).split(",")
        shared = template["Globals"]["Function"]
        whole = {
            name: {**each, "Properties": _merged(shared, each["Properties"])} if _is_function(each) else each
            for name, each in template["Resources"].items()
        }
        self.resources: dict[str, Any] = {
            name: self.value(each)
            for name, each in whole.items()
            if "Condition" not in each or self._holds(each["Condition"])
        }

    def of(self, kind: str) -> dict[str, Any]:
        """The properties of all resources of a kind, by their names in the template."""
        return {name: each["Properties"] for name, each in self.resources.items() if each["Type"] == kind}

    @property
    def functions(self) -> dict[str, Any]:
        return self.of("AWS::Serverless::Function")

    @property
    def routes(self) -> dict[str, Any]:
        """The paths of the API."""
        routes: dict[str, Any] = self.of("AWS::Serverless::HttpApi")["Api"]["DefinitionBody"]["paths"]
        return routes

    def value(self, given: Any) -> Any:
        """With its intrinsic functions worked out; what only AWS knows is `<resource.attribute>`."""
        if isinstance(given, list):
            return [each for each in map(self.value, given) if each is not NOTHING]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            ((name, argument),) = given.items()
            if name == "Ref":
                return self._reference(argument)
            if name.startswith("Fn::"):
                return self._worked_out(name, argument)
        found = {name: self.value(each) for name, each in given.items()}
        return {name: each for name, each in found.items() if each is not NOTHING}

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in HERE:
            return HERE[name]
        if self._template["Resources"].get(name, {}).get("Type") == "AWS::SQS::Queue":
            return f"https://sqs.eu-central-1.amazonaws.com/000000000000/{name}.fifo"
        return self.parameters.get(name, f"<{name}>")

    def _worked_out(self, name: str, argument: Any) -> Any:
        if name == "Fn::If":
            condition, yes, no = argument
            return self.value(yes if self._holds(condition) else no)
        if name == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._reference(found[1])), argument)
        if name == "Fn::GetAtt":
            return f"<{'.'.join(argument)}>"
        if name == "Fn::FindInMap":
            table, *keys = argument
            found: Any = self._template["Mappings"][table]
            for key in keys:
                found = found[key]
            return found
        if name == "Fn::Join":
            return str(argument[0]).join(map(str, self.value(argument[1])))
        raise NotImplementedError(name)

    def _holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self._holds(self._template["Conditions"][condition])
        ((name, argument),) = condition.items()
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name == "Fn::Equals":
            one, other = map(self.value, argument)
            return str(one) == str(other)
        raise NotImplementedError(name)


def _is_function(resource: Mapping[str, Any]) -> bool:
    return bool(resource["Type"] == "AWS::Serverless::Function")


def _merged(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """As SAM does it: mappings are joined, and what a function says itself wins."""
    both = {**shared, **own}
    for name in shared.keys() & own.keys():
        if isinstance(shared[name], dict) and isinstance(own[name], dict):
            both[name] = _merged(shared[name], own[name])
    return both


def statements(deployment: Deployment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement of a policy, with the name of the resource that has it."""
    for name, role in deployment.of("AWS::IAM::Role").items():
        for policy in role["Policies"]:
            yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])
    for name, policy in deployment.of("AWS::IAM::ManagedPolicy").items():
        yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])


def several(value: Any) -> Sequence[Any]:
    """AWS lets one be written without a list."""
    return value if isinstance(value, list) else [value]


def public_paths() -> dict[str, str]:
    """Each path of the API as the ingress has it, with the service behind it."""
    manifest = yaml.safe_load((ROOT / "k8s/base/ingress/ingress.yaml").read_text("utf-8"))
    found = {}
    for rule in manifest["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            service = path["backend"]["service"]["name"]
            found[path["path"]] = service
            if path["pathType"] == "Prefix":
                found[f"{path['path']}/{{proxy+}}"] = service
    return found
