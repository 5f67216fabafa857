"""The function that answers HTTP: API Gateway's or a load balancer's events, for the service that SERVICE names."""

from typing import Any

from adapters.bootstrap.aws_lambda.process import Process
from adapters.bootstrap.web import web_app
from adapters.inbound.aws_lambda.http import HttpEvents

process = Process.started()
app = web_app(process.common, process.service.router(), verifier=process.service.verifier, carried=True)
app.state.started = True
_answer = HttpEvents(app)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What AWS Lambda calls."""
    with process.invocation(context):
        return _answer(event, context)
