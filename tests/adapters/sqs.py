"""Queues of Amazon SQS on this machine, in moto's server: made, listened to, and handed to functions."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from tests.adapters.mails import aws

ATTEMPTS = 3
"""After so many a message goes to the dead-letter queue."""


@dataclass(kw_only=True)
class Fifo:
    """A FIFO queue with a dead-letter queue behind it; `taken` are the messages that were taken out for good."""

    client: Any
    url: str
    dead: str
    taken: list[Mapping[str, Any]] = field(default_factory=list)

    def send(self, body: str, *, group: str, id: str = "") -> None:
        """Without an id it is a message of its own, however often the same was sent."""
        self.client.send_message(
            QueueUrl=self.url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=id or secrets.token_hex(8)
        )

    def take_all(self) -> Sequence[Mapping[str, Any]]:
        """All that were sent and not taken by others, in their order."""
        while found := receive(self.client, self.url):
            for message in found:
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            self.taken += found
        return self.taken

    @property
    def left(self) -> int:
        """Messages in the queue, those that somebody has too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)

    def batch(self) -> dict[str, Any]:
        """What is in the queue now as Lambda hands it to a function; nothing is taken out."""
        return {"Records": [as_record(message) for message in receive(self.client, self.url)]}

    def answered(self, batch: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """What Lambda does with a function's answer: all but those that it names are deleted, these come again."""
        failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for record in batch["Records"]:
            handle = {"QueueUrl": self.url, "ReceiptHandle": record["receiptHandle"]}
            if record["messageId"] in failed:
                self.client.change_message_visibility(**handle, VisibilityTimeout=0)
            else:
                self.client.delete_message(**handle)


@contextmanager
def a_queue(*, visibility: int = 30) -> Iterator[Fifo]:
    """A queue that nobody knows, and this process's AWS is where it is."""
    address = aws.aws_url()
    with aws.environment(address):
        limits = Config(retries={"total_max_attempts": 1})
        client = boto3.session.Session().client("sqs", config=limits)
        name = secrets.token_hex(8)
        fifo = {"FifoQueue": "true", "VisibilityTimeout": str(visibility)}
        dead = client.create_queue(QueueName=f"{name}-dead.fifo", Attributes=fifo)["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(ATTEMPTS)})
        url = client.create_queue(QueueName=f"{name}.fifo", Attributes={**fifo, "RedrivePolicy": redrive})["QueueUrl"]
        yield Fifo(client=client, url=url, dead=dead)
        client.close()


def receive(client: Any, url: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages", ())
    return found


def as_record(message: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, "Example FIFO queue message event"."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:events.fifo",
        "awsRegion": "eu-central-1",
    }
