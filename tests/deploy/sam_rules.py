"""What must be true of the functions' deployment; each rule tells what is wrong in a sentence."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from adapters.bootstrap.settings import EventSettings, FunctionSettings, ScheduleSettings, WrongSettings, checked
from tests.deploy.sam import ROOT, SERVICES, Deployment, public_paths, several, statements
from tests.security.test_production import GOOD

Rule = Callable[[Deployment], Iterator[str]]

ANY, INTEGRATION = "x-amazon-apigateway-any-method", "x-amazon-apigateway-integration"
START_SECONDS, GATEWAY_SECONDS = 10, 30
"""What Lambda gives a function to start in, and API Gateway for all."""
SECRETS: Mapping[str, Sequence[str]] = {
    "ShopSecret": ("mongo_url", "public_keys"),
    "AccountsSecret": ("mongo_url", "password_pepper", "signing_keys"),
}
"""By the parameter that names a secret: what docs/deploy-lambda.md puts into it."""
KINDS: Mapping[str, type[FunctionSettings]] = {"events": EventSettings, "schedule": ScheduleSettings}
"""What a function is told, by the module of its handler, where it is less than one that answers requests."""
SECRET_VALUES = {**GOOD, "public_keys": "-----BEGIN PUBLIC KEY-----"}
_OF_LIBRARIES = {"PYDANTIC_DISABLE_PLUGINS"}
"""What pydantic itself reads."""


def variables(function: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = function["Environment"]["Variables"]
    return found


def http_functions(deployment: Deployment) -> dict[str, Any]:
    """Those that answer requests, by their service."""
    by_handler = (each for each in deployment.functions.values() if ".http." in each["Handler"])
    return {variables(each)["SERVICE"]: each for each in by_handler}


def actions_are_named(deployment: Deployment) -> Iterator[str]:
    for name, each in statements(deployment):
        if not {"Effect", "Action", "Resource"} >= each.keys():
            yield f"{name} has more than an effect, actions and resources: {sorted(each)}"
        for action in several(each.get("Action", "*")):
            if "*" in action or "?" in action:
                yield f"{name} may {action}"


def resources_are_named(deployment: Deployment) -> Iterator[str]:
    """All of them only where AWS knows no other; the text says why, which another test sees to."""
    for name, each in statements(deployment):
        for resource in several(each.get("Resource", "*")):
            narrow = resource.removesuffix("-??????")  # what Secrets Manager adds to a name
            if ("*" in narrow or "?" in narrow) and name not in ("NetworkPolicy", "TracingPolicy"):
                yield f"{name} may on {resource}"


def roles_are_for_lambda_alone(deployment: Deployment) -> Iterator[str]:
    for name, role in deployment.of("AWS::IAM::Role").items():
        trusted = [each.get("Principal") for each in role["AssumeRolePolicyDocument"]["Statement"]]
        if trusted != [{"Service": "lambda.amazonaws.com"}]:
            yield f"{name} trusts {trusted}"
        for policy in role.get("ManagedPolicyArns", []):
            if policy not in ("<NetworkPolicy>", "<TracingPolicy>"):
                yield f"{name} has a policy of others: {policy}"


def each_function_has_a_role_a_log_and_a_secret_of_its_own(deployment: Deployment) -> Iterator[str]:
    """It reads the secret that it is told to, and writes the log that it has; nobody else's."""
    for name, function in deployment.functions.items():
        own = name.removesuffix("Function")
        if (function["Role"], function["LoggingConfig"]["LogGroup"]) != (f"<{own}Role.Arn>", f"<{own}Log>"):
            yield f"{name} has another's role or log"
        may = [each for role, each in statements(deployment) if role == f"{own}Role"]
        logs = {each["Resource"] for each in may if "logs:PutLogEvents" in several(each["Action"])}
        if logs != {f"<{own}Log.Arn>"}:
            yield f"{name} writes to {logs}"
        read = [each["Resource"] for each in may if "secretsmanager:GetSecretValue" in several(each["Action"])]
        if [each.partition(":secret:")[2] for each in read] != [f"{variables(function).get('SETTINGS_SECRET')}-??????"]:
            yield f"{name} may read {read}"


def accounts_are_the_user_services(deployment: Deployment) -> Iterator[str]:
    secret = deployment.parameters["AccountsSecret"]
    for name, function in deployment.functions.items():
        is_users = name == "UserFunction"
        if (variables(function).get("SETTINGS_SECRET") == secret) is not is_users:
            yield f"{name} has the secrets of accounts, or lacks them"


def logs_do_not_last_for_ever(deployment: Deployment) -> Iterator[str]:
    for name, log in deployment.of("AWS::Logs::LogGroup").items():
        if not log.get("RetentionInDays"):
            yield f"{name} is kept for ever"


def variables_are_settings(deployment: Deployment) -> Iterator[str]:
    for name, function in deployment.functions.items():
        for variable in variables(function):
            if variable.lower() not in FunctionSettings.model_fields and variable not in _OF_LIBRARIES:
                yield f"{name}: there is no setting {variable}"


def no_variable_is_a_secret(deployment: Deployment) -> Iterator[str]:
    fields = FunctionSettings.model_fields
    for name, function in deployment.functions.items():
        for variable, value in variables(function).items():
            field = fields.get(variable.lower())
            if field and field.annotation is SecretStr and value != "mongo":
                yield f"{name}: {variable} is a secret, and everyone who may look at a function sees its variables"


def settings_are_good_for_production(deployment: Deployment) -> Iterator[str]:
    """Those of the environment, with those that the secret has by the guide."""
    names = {deployment.parameters[parameter]: settings for parameter, settings in SECRETS.items()}
    for name, function in deployment.functions.items():
        told: dict[str, Any] = {variable.lower(): value for variable, value in variables(function).items()}
        told |= {setting: SECRET_VALUES[setting] for setting in names.get(told.pop("settings_secret", ""), ())}
        if told.get("environment") != "production":
            yield f"{name} is not in production"
        try:
            checked(KINDS.get(function["Handler"].split(".")[-2], FunctionSettings), told)
        except WrongSettings as wrong:
            yield from (f"{name}: {fault}" for fault in wrong.faults)


def handlers_are_there(deployment: Deployment) -> Iterator[str]:
    for name, function in deployment.functions.items():
        module, _, attribute = function["Handler"].rpartition(".")
        file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
        defined = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assigned = {target.id for each in tree.body if isinstance(each, ast.Assign) for target in _names(each)}
        if attribute not in defined | assigned:
            yield f"{name}: there is no {function['Handler']}"


def _names(assignment: ast.Assign) -> Iterator[ast.Name]:
    return (target for target in assignment.targets if isinstance(target, ast.Name))


def each_service_has_a_function(deployment: Deployment) -> Iterator[str]:
    if set(http_functions(deployment)) != set(SERVICES):
        yield f"requests are answered by {sorted(http_functions(deployment))}"


def functions_run_where_their_package_is_for(deployment: Deployment) -> Iterator[str]:
    makefile = (ROOT / "sam/Makefile").read_text("utf-8")
    for name, function in deployment.functions.items():
        version = re.findall(r"^PYTHON_VERSION +\?= (\S+)$", makefile, re.MULTILINE)
        machine = re.findall(r"^MACHINE +\?= (\S+)$", makefile, re.MULTILINE)
        if [function["Runtime"]] != [f"python{each}" for each in version]:
            yield f"{name} is for {function['Runtime']}"
        if function["Architectures"] != ["arm64"] or machine != ["aarch64"]:
            yield f"{name} is for {function['Architectures']}"
        if deployment.resources[name]["Metadata"] != {"BuildMethod": "makefile", "WorkingDirectory": ".."}:
            yield f"{name} is built in another way"


def what_is_called_is_what_was_published(deployment: Deployment) -> Iterator[str]:
    """A snapshot is of a version, and the alias leads to the latest; $LATEST would be neither."""
    body = deployment.of("AWS::Serverless::HttpApi")["Api"]["DefinitionBody"]
    permitted = {each["FunctionName"] for each in deployment.of("AWS::Lambda::Permission").values()}
    for name, function in deployment.functions.items():
        if (function.get("AutoPublishAlias"), function.get("AutoPublishAliasAllProperties")) != ("live", True):
            yield f"{name} does not publish each change"
        revision = f"settings {deployment.parameters['SettingsRevision']}"
        if not function["Description"].endswith(revision):
            yield f"{name} would keep a secret that was changed"
    for service, function in http_functions(deployment).items():
        uri = body["components"]["x-amazon-apigateway-integrations"][service]["uri"]
        if f":function:{function['FunctionName']}:live/" not in uri:
            yield f"{service} is called by {uri}"
        if f"<{service.title()}Function.Alias>" not in permitted:
            yield f"API Gateway may not call {service}"
        if function.get("SnapStart") != {"ApplyOn": deployment.parameters["SnapStart"]}:
            yield f"{service} starts from nothing"


def routes_are_those_of_the_ingress(deployment: Deployment) -> Iterator[str]:
    expected = public_paths()
    for path in deployment.routes.keys() ^ expected.keys():
        yield f"{path} is public in one place alone"
    for path, operations in deployment.routes.items():
        for method, operation in operations.items():
            to = operation[INTEGRATION]["$ref"].rpartition("/")[2]
            if to != expected.get(path):
                yield f"{method} {path} goes to {to}"
        if ANY not in operations or not operations.keys() <= {ANY, "options"}:
            yield f"{path} knows {sorted(operations)}"


def the_api_has_limits_and_a_log(deployment: Deployment) -> Iterator[str]:
    api = deployment.of("AWS::Serverless::HttpApi")["Api"]
    limits = api.get("DefaultRouteSettings", {})
    if not (limits.get("ThrottlingRateLimit") and limits.get("ThrottlingBurstLimit")):
        yield "the API takes as much as the account does"
    if api.get("FailOnWarnings") is not True:
        yield "a warning about the API's description would be passed over"
    if api.get("AccessLogSettings", {}).get("DestinationArn") != "<ApiLog.Arn>":
        yield "requests have no log"


def times_are_in_order(deployment: Deployment) -> Iterator[str]:
    """Whoever is nearer to the work gives up first, and says why."""
    body = deployment.of("AWS::Serverless::HttpApi")["Api"]["DefinitionBody"]
    integrations = body["components"]["x-amazon-apigateway-integrations"]
    for service, function in http_functions(deployment).items():
        waits = integrations[service]["timeoutInMillis"] / 1000
        if not START_SECONDS + function["Timeout"] <= waits <= GATEWAY_SECONDS:
            yield f"{service} has {function['Timeout']} s, and API Gateway waits for {waits}"
        if not float(variables(function)["REQUEST_SECONDS"]) < function["Timeout"]:
            yield f"a request to {service} may take longer than the function"
    for name, function in deployment.functions.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = deployment.of("AWS::SQS::Queue")[event["Properties"]["Queue"].strip("<>").split(".")[0]]
                if queue.get("VisibilityTimeout", 30) < 6 * function["Timeout"]:
                    yield f"{name} may still be at what its queue gives to another"
            elif event["Properties"]["ScheduleExpression"] != "rate(1 minute)" or function["Timeout"] >= 60:
                yield f"{name} may still run when the next round begins"


FOUNDATIONS: Sequence[Rule] = (
    actions_are_named,
    resources_are_named,
    roles_are_for_lambda_alone,
    each_function_has_a_role_a_log_and_a_secret_of_its_own,
    accounts_are_the_user_services,
    logs_do_not_last_for_ever,
    variables_are_settings,
    no_variable_is_a_secret,
    settings_are_good_for_production,
    handlers_are_there,
    each_service_has_a_function,
    functions_run_where_their_package_is_for,
    what_is_called_is_what_was_published,
    routes_are_those_of_the_ingress,
    the_api_has_limits_and_a_log,
    times_are_in_order,
)
