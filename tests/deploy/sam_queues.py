"""What must be true of the deployment's queues, limits and alarms; each rule tells what is wrong in a sentence."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.deploy.sam import SERVICES, Deployment
from tests.deploy.sam_rules import ANY, Rule, http_functions


def dead_letters(deployment: Deployment) -> dict[str, set[str]]:
    """Each queue of dead letters, with those whose they are."""
    found: dict[str, set[str]] = {}
    for name, queue in deployment.of("AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            found.setdefault(_named(queue["RedrivePolicy"]["deadLetterTargetArn"]), set()).add(name)
    for name, function in deployment.functions.items():
        if "DeadLetterQueue" in function:
            found.setdefault(_named(function["DeadLetterQueue"]["TargetArn"]), set()).add(name)
    return found


def _named(arn: str) -> str:
    return arn.strip("<>").partition(".")[0]


def each_queue_has_dead_letters(deployment: Deployment) -> Iterator[str]:
    queues, dead = deployment.of("AWS::SQS::Queue"), dead_letters(deployment)
    for name, queue in queues.items():
        if name not in dead and "RedrivePolicy" not in queue:
            yield f"what {name} cannot give away is lost"
        if "RedrivePolicy" in queue and not 2 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 10:
            yield f"{name} tries {queue['RedrivePolicy']['maxReceiveCount']} times"
    for name, of in dead.items():
        if name not in queues:
            yield f"{of} lead to {name}, which is no queue"
            continue
        longest = max((queues[each].get("MessageRetentionPeriod", 0) for each in of if each in queues), default=0)
        if queues[name].get("MessageRetentionPeriod", 0) <= longest:
            yield f"{name} forgets before anyone looked"


def queues_agree_on_order(deployment: Deployment) -> Iterator[str]:
    queues = deployment.of("AWS::SQS::Queue")
    for name, queue in queues.items():
        ordered = queue.get("FifoQueue", False)
        if ordered is not queue["QueueName"].endswith(".fifo"):
            yield f"{name} is called {queue['QueueName']}"
        if queue.get("SqsManagedSseEnabled") is not True:
            yield f"{name} is not encrypted"
    for name, of in dead_letters(deployment).items():
        for each in of & queues.keys():
            if queues.get(name, {}).get("FifoQueue", False) is not queues[each].get("FifoQueue", False):
                yield f"{each} and {name} do not agree"


def dead_letters_may_go_back_to_where_they_are_from(deployment: Deployment) -> Iterator[str]:
    queues = deployment.of("AWS::SQS::Queue")
    for name, of in dead_letters(deployment).items():
        sources = [queues[each]["QueueName"] for each in of if each in queues]
        allowed = queues.get(name, {}).get("RedriveAllowPolicy", {}).get("sourceQueueArns", [])
        if sorted(sources) != sorted(arn.rpartition(":")[2] for arn in allowed):
            yield f"{name} takes letters of {allowed}, and is to take those of {sources}"


def a_message_that_fails_does_not_take_others_along(deployment: Deployment) -> Iterator[str]:
    for name, event in _events(deployment, "SQS"):
        if event.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name} does a batch over again for one message"
        if not event.get("ScalingConfig", {}).get("MaximumConcurrency"):
            yield f"{name} may take all connections to the database"


def a_round_that_does_not_run_is_seen(deployment: Deployment) -> Iterator[str]:
    scheduled = list(_events(deployment, "ScheduleV2"))
    if len(scheduled) != 1:
        yield f"{len(scheduled)} functions are scheduled"
    for name, event in scheduled:
        function = deployment.functions[name]
        told = event.get("DeadLetterConfig", {}).get("Arn")
        if told is None or told != function.get("DeadLetterQueue", {}).get("TargetArn"):
            yield f"{name} fails without a word"
        if function.get("EventInvokeConfig", {}).get("MaximumRetryAttempts") != 0:
            yield f"{name} is tried again when the next round is due"


def _events(deployment: Deployment, kind: str) -> Iterator[tuple[str, Any]]:
    for name, function in deployment.functions.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


def concurrency_is_unlimited_unless_it_is_asked_for(deployment: Deployment) -> Iterator[str]:
    asked = deployment.parameters["ReservedConcurrency"]
    for service, function in http_functions(deployment).items():
        reserved = function.get("ReservedConcurrentExecutions")
        if reserved != (asked or None):
            yield f"{service} has {reserved} where {asked or 'nothing'} was asked for"


def the_authorizer_is_off_until_its_issuer_is_named(deployment: Deployment) -> Iterator[str]:
    body = deployment.of("AWS::Serverless::HttpApi")["Api"]["DefinitionBody"]
    schemes = body["components"].get("securitySchemes", {})
    guarded = {
        (method, path)
        for path, operations in deployment.routes.items()
        for method, operation in operations.items()
        if "security" in operation
    }
    issuer = deployment.parameters["AuthorizerIssuer"]
    if not issuer and (schemes or guarded):
        yield f"there is an authorizer, for {sorted(guarded)}"
    if issuer:
        if [each["x-amazon-apigateway-authorizer"]["jwtConfiguration"]["issuer"] for each in schemes.values()] != [
            issuer
        ]:
            yield "another issuer is trusted"
        for method, path in guarded:
            if deployment.routes[path][method]["security"] != [{scheme: [] for scheme in schemes}]:
                yield f"{path} asks for what there is not"
            if method != ANY or "options" not in deployment.routes[path]:
                yield f"a browser could not ask whether it may use {path}"


def alarms_hear_of_everything(deployment: Deployment) -> Iterator[str]:
    heard: dict[str, set[str]] = {}
    for name, alarm in deployment.of("AWS::CloudWatch::Alarm").items():
        metrics = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each]
        for metric in metrics or [alarm]:
            heard.setdefault(metric["MetricName"], set()).update(
                _named(str(each["Value"])) for each in metric["Dimensions"]
            )
        topic = deployment.parameters["AlarmTopic"]
        if alarm.get("AlarmActions", []) != ([topic] if topic else []):
            yield f"{name} tells {alarm.get('AlarmActions')}"
        if alarm.get("TreatMissingData") != "notBreaching":
            yield f"{name} goes off when nobody is there"
    functions, queues = set(deployment.functions), set(deployment.of("AWS::SQS::Queue"))
    dead = set(dead_letters(deployment))
    for metric, told in {
        "Errors": functions,
        "Throttles": functions,
        "Duration": {f"{service.title()}Function" for service in SERVICES},
        "ApproximateNumberOfMessagesVisible": dead,
        "ApproximateAgeOfOldestMessage": queues - dead,
        "5xx": {"Api"},
    }.items():
        if heard.get(metric) != told:
            yield f"{metric} is heard of {heard.get(metric)}, and should be of {told}"


def traces_are_as_asked(deployment: Deployment) -> Iterator[str]:
    mode = "Active" if deployment.parameters["ActiveTracing"] == "true" else "PassThrough"
    for name, function in deployment.functions.items():
        if function["Tracing"] != mode:
            yield f"{name} is traced by {function['Tracing']}"
        if function["Environment"]["Variables"]["OTEL_EXPORTER_OTLP_ENDPOINT"] != deployment.parameters["OtlpEndpoint"]:
            yield f"{name} does not send its traces there"


def functions_are_in_the_network_that_was_named(deployment: Deployment) -> Iterator[str]:
    subnets, groups = (deployment.parameters[name] for name in ("SubnetIds", "SecurityGroupIds"))
    for name, function in deployment.functions.items():
        wanted = {"SubnetIds": subnets, "SecurityGroupIds": groups} if any(subnets) else None
        if function.get("VpcConfig") != wanted:
            yield f"{name} is in {function.get('VpcConfig')}"


QUEUES: Sequence[Rule] = (
    each_queue_has_dead_letters,
    queues_agree_on_order,
    dead_letters_may_go_back_to_where_they_are_from,
    a_message_that_fails_does_not_take_others_along,
    a_round_that_does_not_run_is_seen,
    concurrency_is_unlimited_unless_it_is_asked_for,
    the_authorizer_is_off_until_its_issuer_is_named,
    alarms_hear_of_everything,
    traces_are_as_asked,
    functions_are_in_the_network_that_was_named,
)
