"""Shows calls as a person would type them, and answers as a person would read them."""

import json
import shlex
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import httpx
from rich.console import Console
from rich.json import JSON
from rich.text import Text

_ITEMS, _CHARACTERS = 2, 72


class Transcript:
    """Writes a session at a shell down; what `aliases` holds is shown by its variable's name."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0
        self._last = ""
        self.aliases: dict[str, str] = {}

    def step(self, title: str) -> None:
        self._steps += 1
        self._console.print(Text(f"\n{self._steps}. {title}", "bold"), soft_wrap=True)

    def remember(self, variable: str, value: str, *, member: str) -> None:
        """From here on `value`, the `member` of the last answer, is shown as `$variable`; says how to set that."""
        self.aliases[value] = f"${variable}"
        pick = rf"""sed 's/.*"{member}":"\([^"]*\)".*/\1/'"""
        again = self._last.replace("curl", "curl --silent", 1)
        self._console.print(Text(f"$ {variable}=$({again} |\n    {pick})", "cyan"), soft_wrap=True)

    def call(
        self, answer: httpx.Response, body: object, headers: Mapping[str, str], *, show: Sequence[str] = ()
    ) -> None:
        """The request, and the answer to it with those of its headers that `show` names."""
        self._last = self._curl(answer.request, body, headers)
        self._console.print(Text(f"$ {self._last}", "cyan"), soft_wrap=True)
        status = HTTPStatus(answer.status_code)
        self._console.print(
            Text(f"{status.value} {status.phrase}", "green" if answer.is_success else "red"), soft_wrap=True
        )
        for name in show:
            self._console.print(Text(f"{name}: {answer.headers.get(name, '')}"), soft_wrap=True)
        if answer.content:
            self._console.print(_body(answer), soft_wrap=True)

    def _curl(self, request: httpx.Request, body: object, headers: Mapping[str, str]) -> str:
        words = ["curl", shlex.quote(str(request.url))]
        if request.method != ("GET" if body is None else "POST"):  # what curl sends by itself
            words.insert(1, f"-X {request.method}")
        lines = [" ".join(words)]
        lines += [f'-H "{name}: {self._aliased(value)}"' for name, value in headers.items()]
        if body is not None:
            lines.append(f"--json {shlex.quote(json.dumps(body))}")
        return " \\\n    ".join(lines)

    def _aliased(self, text: str) -> str:
        for value, alias in self.aliases.items():
            text = text.replace(value, alias)
        return text


def _body(answer: httpx.Response) -> JSON | Text:
    try:
        return JSON(json.dumps(shortened(answer.json())))
    except ValueError:
        return Text(str(shortened(answer.text)))


def shortened(value: object) -> object:
    """The value with long texts cut and long lists left off after a few, saying how many more there are."""
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        more = [f"... and {len(value) - _ITEMS} more"] if len(value) > _ITEMS else []
        return [*(shortened(part) for part in value[:_ITEMS]), *more]
    if isinstance(value, str) and len(value) > _CHARACTERS:
        return value[: _CHARACTERS - 3] + "..."
    return value
