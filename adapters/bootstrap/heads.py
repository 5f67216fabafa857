"""An end to what comes before and behind a request's body: it is kept, and whoever sends it may never end it."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX = 65_536
"""Bytes of the request line and all fields; a load balancer of AWS passes on no more."""

_REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class HeadTooLarge(Exception):
    """The request line and the fields are longer than `HEAD_MAX` in all."""


class LimitedHeads(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, and 431 (RFC 6585, section 5) to fields that are too long, ended or not."""

    _too_large = False
    _received = 0
    """Bytes since the last of a body, or since a request's end."""

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._received > HEAD_MAX and not self.transport.is_closing():
            self._too_large = True
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers) > HEAD_MAX:
            self._too_large = True
            raise HeadTooLarge
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._received = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if not self._too_large:
            super().send_400_response(msg)
            return
        self.transport.write(_REFUSAL)
        self.transport.close()
