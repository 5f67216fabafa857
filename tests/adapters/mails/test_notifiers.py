"""What is special about each notifier: where it writes, and what becomes of a mail that cannot go."""

import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from adapters.outbound.console.mail import MARK, ConsoleNotifier
from adapters.outbound.memory.mail import REMEMBERED, MemoryNotifier
from adapters.outbound.ses.mail import SesNotifier
from core.shared.errors import Unavailable
from core.shared.mail import Mail
from tests.adapters.mails import aws
from tests.database import free_port

ROOT = Path(__file__).parents[3]
MAIL = Mail(to="sam@example.com", subject="Choose a new password", text="Hello,\n\nthe-token\n")


async def test_memory_keeps_no_more_than_the_last_mails() -> None:
    notifier = MemoryNotifier()
    for number in range(REMEMBERED + 3):
        await notifier.send(Mail(to=f"{number}@example.com", subject="", text=""))
    assert len(notifier.sent) == REMEMBERED
    assert notifier.sent[0].to == "3@example.com"


async def test_the_console_is_standard_output_with_every_line_marked(capsys: pytest.CaptureFixture[str]) -> None:
    await ConsoleNotifier().send(MAIL)
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(MARK) for line in lines)
    assert lines[0] == f"{MARK} To: sam@example.com"
    assert f"{MARK} the-token" in lines


async def test_the_console_writes_a_mail_in_one_piece() -> None:
    class Pieces(io.StringIO):
        count = 0

        def write(self, text: str) -> int:
            self.count += 1
            return super().write(text)

    stream = Pieces()
    await ConsoleNotifier(stream).send(MAIL)
    assert stream.count == 1


def test_the_console_is_had_without_the_libraries_of_aws() -> None:
    program = (
        "import sys; from adapters.bootstrap.settings import Settings; from adapters.bootstrap.apps import new_app;"
        "new_app(Settings(service='user')); print(*sys.modules)"
    )
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "adapters.outbound.console.mail" in loaded
    assert not {"boto3", "botocore", "adapters.outbound.ses.mail"} & set(loaded)


async def test_an_address_that_ses_refuses_is_logged_and_not_tried_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    url = aws.aws_url()
    aws.verified(url)
    with aws.environment(url):
        await SesNotifier(aws.SHOP).send(Mail(to="no-domain", subject="Hello", text="secret"))
    assert aws.sent(url) == []
    (record,) = (record for record in caplog.records if record.name == SesNotifier.__module__)
    assert "'Hello'" in record.getMessage()
    assert "secret" not in caplog.text
    assert "no-domain" not in caplog.text


async def test_a_sender_that_ses_does_not_know_is_a_reason_to_try_again() -> None:
    """Whoever runs the shop can mend that, and then nothing is lost."""
    url = aws.aws_url()
    aws.verified(url)
    with aws.environment(url), pytest.raises(Unavailable, match="MessageRejected"):
        await SesNotifier("other@example.com").send(MAIL)


async def test_an_ses_that_is_away_is_unavailable_and_tried_once() -> None:
    with aws.environment(f"http://127.0.0.1:{free_port()}"), pytest.raises(Unavailable, match="cannot be reached"):
        await SesNotifier(aws.SHOP).send(MAIL)


async def test_an_ses_that_never_answers_is_unavailable_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with aws.environment(f"http://127.0.0.1:{silent.getsockname()[1]}"):
            began = time.monotonic()
            with pytest.raises(Unavailable, match="cannot be reached"):
                await SesNotifier(aws.SHOP, seconds=0.2).send(MAIL)
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "TooManyRequestsException"),
        (400, "SendingPausedException"),
        (403, "AccessDeniedException"),
        (500, "InternalFailure"),
    ],
)
async def test_an_ses_that_refuses_for_now_is_unavailable_and_asked_once(status: int, code: str) -> None:
    with answering(status, code) as (url, asked), aws.environment(url), pytest.raises(Unavailable, match=code):
        await SesNotifier(aws.SHOP).send(MAIL)
    assert asked == ["/v2/email/outbound-emails"]


async def test_without_a_region_there_is_no_ses() -> None:
    with aws.environment("http://127.0.0.1:1", AWS_DEFAULT_REGION=""), pytest.raises(Unavailable):
        await SesNotifier(aws.SHOP).send(MAIL)


@contextmanager
def answering(status: int, code: str) -> Iterator[tuple[str, list[str]]]:
    """The address of a server that answers every call in one way, and the paths that it is asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("x-amzn-ErrorType", code)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
