"""The template of sam/ follows its rules as it is deployed first and with all turned on, and each rule bites."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap.apps import new_app
from adapters.bootstrap.keys import new_signing_keys
from adapters.bootstrap.settings import FunctionSettings, Settings, checked
from adapters.messages import event_in
from adapters.outbound.security.configured_keys import ConfiguredKeys
from tests.deploy import sam_queues as queues
from tests.deploy import sam_rules as rules
from tests.deploy.sam import EVERYTHING, GIVEN, ROOT, SAM, SERVICES, TEMPLATE, Deployment, public_paths, template
from tests.deploy.sam_mutations import MUTATIONS, changed
from tests.figures import Figure
from tests.telemetry.page import PAGE, read_page

RULES = (*rules.FOUNDATIONS, *queues.QUEUES)
DEPLOYMENTS: Mapping[str, Mapping[str, Any]] = {
    "first": GIVEN,
    "with all": EVERYTHING,
    "without snapshots": {**GIVEN, "SnapStart": "None", "SettingsRevision": "2026-11-23"},
}


@pytest.mark.parametrize("parameters", DEPLOYMENTS.values(), ids=DEPLOYMENTS.keys())
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_template_follows_its_rules(rule: rules.Rule, parameters: Mapping[str, Any]) -> None:
    assert list(rule(Deployment(template(), parameters))) == []


def test_each_rule_finds_what_breaks_it(figure: Figure) -> None:
    assert MUTATIONS.keys() == set(RULES), "A rule that nothing breaks says nothing."
    for rule, mutations in MUTATIONS.items():
        for place, value in mutations:
            broken = changed(place, value)
            found = [fault for parameters in DEPLOYMENTS.values() for fault in rule(Deployment(broken, parameters))]
            assert found, f"{rule.__name__} passes over {place} = {value}"
    figure(
        "{broken} broken templates are found out by {rules} rules of the functions' deployment.",
        broken=sum(map(len, MUTATIONS.values())),
        rules=len(RULES),
    )


def test_whoever_may_do_something_on_everything_has_a_reason_beside_it() -> None:
    lines = [line for line in TEMPLATE.read_text("utf-8").splitlines() if re.search(r'Resource: "?\*', line)]
    assert len(lines) == 2
    assert [line for line in lines if not re.search(r"# reason: .{20,}", line)] == []


def test_only_what_needs_a_token_always_is_behind_the_authorizer() -> None:
    """A route is in one of three groups by what the services themselves say of all that is below it."""
    needs: dict[str, set[bool]] = {}
    routes = public_paths()
    for service in SERVICES:
        described = new_app(Settings.model_validate({"service": service, "docs": True})).openapi()["paths"]
        for path, operations in described.items():
            below = [
                each for each in routes if each.endswith("/{proxy+}") and path.startswith(each[: -len("{proxy+}")])
            ]
            route = path if path in routes else max(below, key=len)
            needs.setdefault(route, set()).update(
                each.get("security") == [{"access_token": []}] for each in operations.values() if isinstance(each, dict)
            )
    always = {route for route, answers in needs.items() if answers == {True}}
    guarded = {
        path
        for path, operations in Deployment(template(), EVERYTHING).routes.items()
        if "security" in operations[rules.ANY]
    }
    assert guarded == always == {"/v1/orders", "/v1/orders/{proxy+}", "/v1/users/{proxy+}"}


def test_the_authorizer_wants_the_audience_that_tokens_have() -> None:
    body = Deployment(template(), EVERYTHING).of("AWS::Serverless::HttpApi")["Api"]["DefinitionBody"]
    wanted = body["components"]["securitySchemes"]["customers"]["x-amazon-apigateway-authorizer"]["jwtConfiguration"]
    assert wanted["audience"] == [Settings.model_fields["token_audience"].default]


def test_an_access_line_is_json_of_one_line_with_our_names_and_nothing_that_people_wrote() -> None:
    form: str = template()["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"]
    assert "\n" not in form
    line = json.loads(re.sub(r"\$[a-zA-Z.]+", "1", form))
    ours = frozenset().union(*read_page(PAGE.read_text("utf-8")).fields.values())
    strangers = [name for name in line if name not in ours and not name.startswith("aws.apigateway.")]
    assert strangers == ["http.response.bytes", "error.message"]
    told = set(re.findall(r"\$context\.([a-zA-Z.]+)", form))
    assert not told & {"path", "identity.sourceIp", "identity.userAgent", "authorizer.claims.sub"}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_says_all_that_the_template_asks(environment: str) -> None:
    said = tomllib.loads((SAM / "samconfig.toml").read_text("utf-8"))[environment]["deploy"]["parameters"]
    told = dict(each.split("=", 1) for each in said["parameter_overrides"])
    declared = template()["Parameters"]
    assert told.keys() <= declared.keys()
    assert [name for name, each in declared.items() if "Default" not in each and name not in told] == []
    assert said["stack_name"] == f"portico-{environment}"
    named = {name: value.strip('"') for name, value in told.items()}
    assert [fault for rule in RULES for fault in rule(Deployment(template(), named))] == []


@pytest.mark.parametrize("path", sorted((SAM / "events").glob("*.json")), ids=lambda path: path.stem)
def test_a_sample_event_is_one_that_comes(path: Any) -> None:
    event = json.loads(path.read_text("utf-8"))
    if "Records" in event:
        for record in event["Records"]:
            told = event_in(record["body"])
            assert record["attributes"]["MessageGroupId"] == told.subject
            assert record["attributes"]["MessageDeduplicationId"] == told.id
    elif "version" in event:
        route, asked = event["routeKey"].split(" ")[1], event["rawPath"]
        assert route in public_paths()
        assert asked == route or asked.startswith(route.removesuffix("{proxy+}"))
    else:
        assert event == {}, "The schedule sends nothing."


def test_the_secrets_that_the_guide_makes_are_all_that_functions_need(tmp_path: Path) -> None:
    page = (ROOT / "docs/deploy-lambda.md").read_text("utf-8")
    (program,) = re.findall(r"<<'END'\n(.*?)\nEND\n", page, re.DOTALL)
    (tmp_path / "signing.pem").write_text(new_signing_keys(), "utf-8")
    beside = Path(sys.executable).parent
    env = {"PATH": f"{beside}:/usr/bin:/bin", "MONGO_URL": "mongodb+srv://shop:b7Xk2pQ9@cluster.invalid/"}
    subprocess.run([sys.executable, "-c", program, tmp_path], env=env, check=True, timeout=60)
    values = {name: json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("shop", "accounts")}
    assert {name.lower() for name in values["shop"]} == set(rules.SECRETS["ShopSecret"])
    assert {name.lower() for name in values["accounts"]} == set(rules.SECRETS["AccountsSecret"])
    for function in Deployment(template(), GIVEN).functions.values():
        told = {name.lower(): value for name, value in rules.variables(function).items()}
        stored = values[told.pop("settings_secret").rpartition("/")[2]]
        kind = rules.KINDS.get(function["Handler"].split(".")[-2], FunctionSettings)
        settings = checked(kind, {**told, **{name.lower(): value for name, value in stored.items()}})
        if kind is FunctionSettings and told["service"] != "user":
            ConfiguredKeys.of(settings.public_keys)
