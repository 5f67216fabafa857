"""How much an invocation carries: less than our own limits let pass, so that an app has to know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

HEADERS_SPARE = 32_768
"""Bytes of an answer that are not its body: its headers, and the names in the JSON around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Of which the request and the answer have `most_bytes` each, told to people as `limit`."""

    most_bytes: int
    limit: str

    def fits(self, body: bytes) -> bool:
        """Whether an answer with this body can be carried: it becomes a string of JSON, or base64 in one."""
        room = self.most_bytes - HEADERS_SPARE
        if len(body) * 6 <= room:  # a character has six of JSON at most
            return True
        try:
            return len(json.dumps(body.decode())) <= room
        except UnicodeDecodeError:
            return len(body) * 4 / 3 + 4 <= room

    @property
    def extension(self) -> Mapping[str, object]:
        """What an app finds in its scope."""
        return {"most_bytes": self.most_bytes, "limit": self.limit, "fits": self.fits}


BEHIND_API_GATEWAY = Payload(
    most_bytes=6 * 1024 * 1024,
    limit="AWS Lambda carries 6 MB each way (API Gateway itself up to 10 MB)",
)
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
BEHIND_LOAD_BALANCER = Payload(
    most_bytes=1024 * 1024,
    limit="An Application Load Balancer carries 1 MB each way between a client and a function",
)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html"""
