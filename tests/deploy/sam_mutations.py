"""The template of sam/, broken in one place at a time, by the rule that must find it out."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.deploy import sam_queues as queues
from tests.deploy import sam_rules as rules
from tests.deploy.sam import Template, template

GONE = object()
"""What a mutation leaves out."""
PRODUCT = "Resources > ProductFunction > Properties > "
ROLE = "Resources > OrderRole > Properties > "
OWN = f"{ROLE}Policies > 0 > PolicyDocument > Statement > "
ALL = "Globals > Function > "
VARIABLE = f"{ALL}Environment > Variables > "
EVENTS = "Resources > EventsFunction > Properties > "
ROUNDS = "Resources > RoundsFunction > Properties > "
QUEUE, DEAD = "Resources > OrderEvents > Properties > ", "Resources > OrderEventsDeadLetters > Properties > "
API = "Resources > Api > Properties > "
BODY = f"{API}DefinitionBody > "
ORDERS = f"{BODY}paths > /v1/orders"
WIRE = f"{BODY}components > x-amazon-apigateway-integrations > order > "
MUTATIONS: Mapping[rules.Rule, Sequence[tuple[str, Any]]] = {
    rules.actions_are_named: (
        (f"{OWN}0 > Action", "logs:*"),
        (f"{OWN}1 > Action", ["secretsmanager:Get*"]),
        (f"{OWN}0 > NotAction", "logs:DeleteLogGroup"),
        (f"{OWN}0 > Action", GONE),
    ),
    rules.resources_are_named: (
        (f"{OWN}1 > Resource", "*"),
        (f"{OWN}0 > Resource", "arn:aws:logs:*:*:*"),
        (f"{OWN}0 > Resource", GONE),
    ),
    rules.roles_are_for_lambda_alone: (
        (f"{ROLE}ManagedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        (f"{ROLE}AssumeRolePolicyDocument > Statement > 0 > Principal", {"AWS": "*"}),
    ),
    rules.each_function_has_a_role_a_log_and_a_secret_of_its_own: (
        (f"{PRODUCT}Role", {"Fn::GetAtt": ["UserRole", "Arn"]}),
        (f"{PRODUCT}LoggingConfig > LogGroup", "x"),
        (f"{OWN}0 > Resource", {"Fn::GetAtt": ["UserLog", "Arn"]}),
        (f"{OWN}1 > Resource", "arn:x:secret:another-??????"),
    ),
    rules.accounts_are_the_user_services: (
        (f"{PRODUCT}Environment > Variables > SETTINGS_SECRET", {"Ref": "AccountsSecret"}),
    ),
    rules.logs_do_not_last_for_ever: (("Resources > CartLog > Properties > RetentionInDays", GONE),),
    rules.variables_are_settings: ((f"{VARIABLE}REQUEST_SECOND", "10"),),
    rules.no_variable_is_a_secret: (
        (f"{VARIABLE}PASSWORD_PEPPER", "{{resolve:secretsmanager:x}}"),
        (f"{VARIABLE}MONGO_URL", "mongodb+srv://here.invalid"),
    ),
    rules.settings_are_good_for_production: (
        *((f"{VARIABLE}{name}", GONE) for name in ("STORE", "ENVIRONMENT", "THROTTLE")),
        *((f"{VARIABLE}{name}", GONE) for name in ("TRUSTED_HOPS", "TOKEN_ISSUER")),
        (f"{VARIABLE}DOCS", "true"),
        (f"{VARIABLE}LOG_FORMAT", "xml"),
        (f"{ROUNDS}Environment > Variables > EVENTS_QUEUE_URL", GONE),
        (f"{ROUNDS}Environment > Variables > SETTINGS_SECRET", GONE),
    ),
    rules.handlers_are_there: (
        (f"{PRODUCT}Handler", "adapters.bootstrap.aws_lambda.http.handle"),
        (f"{PRODUCT}Handler", "adapters.bootstrap.aws_lambda.https.handler"),
    ),
    rules.each_service_has_a_function: (("Resources > CartFunction", GONE),),
    rules.functions_run_where_their_package_is_for: (
        (f"{ALL}Runtime", "python3.12"),
        (f"{ALL}Architectures", ["x86_64"]),
        ("Resources > CartFunction > Metadata > BuildMethod", "python3.13"),
    ),
    rules.what_is_called_is_what_was_published: (
        (f"{ALL}AutoPublishAlias", GONE),
        (f"{PRODUCT}AutoPublishAliasAllProperties", False),
        (f"{PRODUCT}Description", "The product service"),
        (f"{PRODUCT}SnapStart", GONE),
        (f"{PRODUCT}FunctionName", "another"),
        ("Resources > CartPermission", GONE),
    ),
    rules.routes_are_those_of_the_ingress: (
        (f"{BODY}paths > /metrics", {}),
        (f"{BODY}paths > /v1/auth/{{proxy+}}", GONE),
        (f"{ORDERS} > {rules.ANY} > {rules.INTEGRATION} > $ref", "#/components/x-amazon-apigateway-integrations/cart"),
        (f"{ORDERS} > {rules.ANY}", GONE),
    ),
    rules.the_api_has_limits_and_a_log: (
        (f"{API}DefaultRouteSettings", GONE),
        (f"{API}FailOnWarnings", False),
        (f"{API}AccessLogSettings", GONE),
    ),
    rules.times_are_in_order: (
        (f"{ALL}Timeout", 29),
        (f"{WIRE}timeoutInMillis", 15_000),
        (f"{WIRE}timeoutInMillis", 31_000),
        (f"{VARIABLE}REQUEST_SECONDS", "20"),
        (f"{QUEUE}VisibilityTimeout", 179),
        (f"{QUEUE}VisibilityTimeout", GONE),
        (f"{ROUNDS}Timeout", 60),
    ),
    queues.each_queue_has_dead_letters: (
        (f"{QUEUE}RedrivePolicy", GONE),
        (f"{QUEUE}RedrivePolicy > maxReceiveCount", 1),
        ("Resources > OrderEventsDeadLetters", GONE),
        (f"{DEAD}MessageRetentionPeriod", GONE),
    ),
    queues.queues_agree_on_order: (
        (f"{DEAD}FifoQueue", GONE),
        (f"{QUEUE}QueueName", "order-events"),
        (f"{DEAD}SqsManagedSseEnabled", GONE),
    ),
    queues.dead_letters_may_go_back_to_where_they_are_from: ((f"{DEAD}RedriveAllowPolicy", GONE),),
    queues.a_message_that_fails_does_not_take_others_along: (
        (f"{EVENTS}Events > OrderEvents > Properties > FunctionResponseTypes", GONE),
        (f"{EVENTS}Events > OrderEvents > Properties > ScalingConfig", GONE),
    ),
    queues.a_round_that_does_not_run_is_seen: (
        (f"{ROUNDS}DeadLetterQueue", GONE),
        (f"{ROUNDS}Events > EveryMinute > Properties > DeadLetterConfig", GONE),
        (f"{ROUNDS}EventInvokeConfig", GONE),
        (f"{ROUNDS}Events", GONE),
    ),
    queues.concurrency_is_unlimited_unless_it_is_asked_for: (
        (f"{PRODUCT}ReservedConcurrentExecutions", 5),
        (f"{PRODUCT}ReservedConcurrentExecutions", GONE),
        ("Conditions > HasReservedConcurrency", {"Fn::Equals": ["1", "1"]}),
    ),
    queues.the_authorizer_is_off_until_its_issuer_is_named: (
        ("Conditions > HasAuthorizer", {"Fn::Equals": ["1", "1"]}),
        (f"{BODY}components > securitySchemes", GONE),
        (f"{ORDERS} > options", GONE),
    ),
    queues.alarms_hear_of_everything: (
        ("Resources > DeadEventsAlarm", GONE),
        ("Resources > ErrorsAlarm > Properties > Metrics > 2", GONE),
        ("Resources > ThrottlesAlarm > Properties > AlarmActions", GONE),
        ("Resources > FaultsAlarm > Properties > TreatMissingData", "breaching"),
    ),
    queues.traces_are_as_asked: (
        (f"{ALL}Tracing", "Active"),
        (f"{VARIABLE}OTEL_EXPORTER_OTLP_ENDPOINT", "https://elsewhere.invalid"),
    ),
    queues.functions_are_in_the_network_that_was_named: ((f"{ALL}VpcConfig", GONE),),
}
"""Places in the template, and what is put there."""


def changed(place: str, value: Any) -> Template:
    found = template()
    *way, last = (int(step) if step.isdecimal() else step for step in place.split(" > "))
    at: Any = found
    for step in way:
        at = at[step]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return found
