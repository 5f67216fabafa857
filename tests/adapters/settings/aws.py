"""Secrets and parameters on moto's server, over real HTTP, and servers that give none."""

import json
import os
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import boto3

from tests.adapters.mails.aws import environment
from tests.architecture.source import ROOT


def secret(url: str, name: str, value: str | bytes) -> None:
    """Is there from now on, or has a new value."""
    with environment(url):
        client = boto3.session.Session().client("secretsmanager")
        kind = "SecretString" if isinstance(value, str) else "SecretBinary"
        known = [each["Name"] for each in client.list_secrets()["SecretList"]]
        if name in known:
            client.put_secret_value(SecretId=name, **{kind: value})
        else:
            client.create_secret(Name=name, **{kind: value})


def parameters(url: str, path: str, values: Mapping[str, str]) -> None:
    with environment(url):
        client = boto3.session.Session().client("ssm")
        for name, value in values.items():
            client.put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString", Overwrite=True)


@contextmanager
def answering(status: int, body: Mapping[str, Any], *, silent: bool = False) -> Iterator[tuple[str, list[str]]]:
    """A server that answers all with one thing, or never; its address, and what it was asked so far."""
    asked: list[str] = []
    over = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.headers["X-Amz-Target"])
            if silent:
                over.wait(30)
                return
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Not a word."""

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            over.set()
            server.shutdown()
            thread.join()


def fresh(code: str) -> list[str]:
    """A command for another process, which has read nothing yet."""
    return [sys.executable, "-W", "error", "-c", f"import sys; sys.path.insert(0, {os.fspath(ROOT)!r})\n{code}"]
