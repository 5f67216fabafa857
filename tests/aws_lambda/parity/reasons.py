"""Every difference that there is to be between the answers of a container and those of functions, with its reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.aws_lambda.events import WAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why answers to these questions differ so, by these ways; patterns are to match the whole."""

    ways: Sequence[str]
    questions: str
    what: str
    why: str

    def explains(self, way: str, question: str, what: str) -> bool:
        return (
            way in self.ways
            and re.fullmatch(self.questions, question) is not None
            and re.fullmatch(self.what, what) is not None
        )

    @property
    def is_of_every_answer(self) -> bool:
        return self.questions == ".*"


EVERY = tuple(WAYS)
GATEWAYS = ("http_api", "http_api_in_format_1", "rest_api")
BALANCERS = ("load_balancer", "load_balancer_of_single_values")
DECODED = ("http_api_in_format_1", "rest_api")
SINGLE = ("load_balancer_of_single_values",)
REPEATED = "X-Odd|Accept|Cookie|X-Request-Id"

REASONS: Sequence[Reason] = (
    Reason(
        ways=EVERY,
        questions=".*",
        what="header date",
        why="The server of a container writes it; in front of a function, whoever carries the answer does.",
    ),
    Reason(
        ways=EVERY,
        questions=r"\w+: \w+ /metrics",
        what="status",
        why="Nobody comes by to read a function's metrics: it writes them as lines, and there is no such path.",
    ),
    Reason(
        ways=EVERY,
        questions=r"\w+ /internal/\S+ from outside",
        what="status",
        why="A function has the others' use cases beside it, so that what is for other services is no path there.",
    ),
    Reason(
        ways=EVERY,
        questions="POST /v1/orders while the stores are away",
        what=r"body\.detail",
        why="A container says that a service does not answer, a function that the store of that service does not.",
    ),
    Reason(
        ways=EVERY,
        questions=".*",
        what=r"body\.headers\.x-request-deadline-ms",
        why="A function gives each request a deadline before its own end.",
    ),
    Reason(
        ways=EVERY,
        questions="the answer pieces",
        what="header transfer-encoding",
        why="A function answers at once, so that nothing is chunked.",
    ),
    Reason(
        ways=EVERY,
        questions="get of products",
        what="status",
        why="The server of a container refuses a method that it never heard of; behind an event, the app does.",
    ),
    Reason(
        ways=("http_api",),
        questions=rf"(?i)the headers .*'({REPEATED})'.*'({REPEATED})'.*",
        what=r"body\.headers\.(x-odd|accept|cookie|x-request-id)",
        why="Payload format 2.0 joins equal headers by commas, and cookies by semicolons: the same by RFC 9110, 5.3.",
    ),
    Reason(
        ways=("http_api",),
        questions="the headers .*'X-Request-Id', 'one'.*",
        what=r"body\.request_id|header x-request-id",
        why="Two ids that are joined are no well-formed one, so that one is made.",
    ),
    Reason(
        ways=("http_api",),
        questions=r"the answer challenges.*|guess \d+",
        what="header (www-authenticate|ratelimit)",
        why="In payload format 2.0 a header has one value: a list of them, which means the same (RFC 9110, 5.3).",
    ),
    Reason(
        ways=DECODED,
        questions="the query .*",
        what=r"body\.query_string",
        why="The event has decoded names and values, so that its text is made anew, and read as the same.",
    ),
    Reason(
        ways=BALANCERS,
        questions=r"the query (a|&|a=1&&b=2|a=1&b=2&a=3)",
        what=r"body\.query_string",
        why="The event has the parts by their names, so that its text is made anew, and read as the same.",
    ),
    Reason(
        ways=SINGLE,
        questions=r"the query (a=1&a=2|a=1&b=2&a=3|a%5B%5D=1&a%5B%5D=2)",
        what=r"body\.(query|query_string)",
        why="Without multi-value headers, a load balancer passes on the last of equal names alone: switch them on.",
    ),
    Reason(
        ways=SINGLE,
        questions="two tags, the first one nowhere",
        what=r"body\.items",
        why="Likewise.",
    ),
    Reason(
        ways=SINGLE,
        questions=rf"(?i)the headers .*'({REPEATED})'.*'({REPEATED})'.*",
        what=r"body\.(headers|cookies)\.(x-odd|accept|cookie|x-request-id|a)|body\.request_id|header x-request-id",
        why="Likewise, the last of equal headers.",
    ),
    Reason(
        ways=SINGLE,
        questions="two tokens",
        what="status",
        why="Likewise: of two tokens the last one is all that is seen, and it has to be good by itself.",
    ),
    Reason(
        ways=GATEWAYS,
        questions="an? (answer|body) of 6291457 letters",
        what="status",
        why="AWS Lambda carries no more than 6 MB.",
    ),
    Reason(
        ways=BALANCERS,
        questions="an? (answer|body) of (1048577|6251456|6291457) letters|a long (script|import)",
        what="status",
        why="A load balancer carries no more than 1 MB to and from a function.",
    ),
    Reason(
        ways=BALANCERS,
        questions="POST /v1/products/import with too long a body",
        what=r"body\.(detail|limit)",
        why="Likewise: of the limits, the lower one is told.",
    ),
)
