"""Actions that only keep books of themselves, and small processes in place of the shop's."""

import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.inbound.cli.actions import Actions, Environment
from adapters.inbound.cli.app import create
from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.key_files import KeyWork
from core.order.model import Difference
from core.order.use_cases.audit import Audited
from core.shared.errors import NotFound
from core.user.model import PasswordRule
from tests.fakes import FewCommonPasswords

SERVER = """
import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if self.path == "/fail":
            print("the last words of", os.environ.get("SERVICE"), flush=True)
            os._exit(9)
    def log_message(self, *_): pass
print(sorted(name for name in os.environ if name.isupper()), flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["{port}"])), Answer).serve_forever()
"""


class Accounts:
    """Whom someone made an admin, in which shop."""

    def __init__(self) -> None:
        self.granted: list[tuple[str, Environment]] = []

    async def grant_admin(self, email: str, environment: Environment) -> None:
        if email.startswith("nobody"):
            raise NotFound(f"There is no account of {email}.")
        self.granted.append((email, environment))


class PlainKeys:
    """Keys that are words: bundles of them, one a line, and "-public" for the other half."""

    def __init__(self) -> None:
        self._made = 0

    @property
    def work(self) -> KeyWork:
        return KeyWork(
            new_bundle=lambda: f"{self._key()}\n{self._key()}\n",
            rotate=self._rotate,
            roles=lambda bundle: list(zip(bundle.split(), ("signs", "next", "retired"), strict=False)),
            callers=lambda: ("product", "user", "cart", "order", "audit"),
            new_service_key=self._key,
            public=lambda key: f"{key}-public",
            public_set=lambda bundle: " ".join(f"{key}-public" for key in bundle.split()),
        )

    def _key(self) -> str:
        self._made += 1
        return f"key-{self._made}"

    def _rotate(self, bundle: str, force: bool) -> str:
        first, *others = bundle.split()
        if len(others) > 1 and not force:
            raise CommandFailed("Too early.")
        return "\n".join((others[0], self._key(), first) if others else (first, self._key()))


def no_objection(environment: Environment) -> None:
    pass


async def there(environment: Environment) -> None:
    pass


def actions(*, accounts: Accounts | None = None, differences: Sequence[str] = ()) -> Actions:
    async def audit(environment: Environment) -> Audited:
        found = (Difference(kind="wrong", subject="an id", sentence=sentence) for sentence in differences)
        return Audited(differences=tuple(found), orders=1_204, products=72)

    async def worker(environment: Environment) -> None:
        pass

    def openapi(folder: Path) -> Sequence[Path]:
        return [folder / "product.json"]

    return Actions(
        service=(sys.executable, "-I", "-c", SERVER.replace("{port}", "PORT")),
        gateway=(sys.executable, "-I", "-c", SERVER.replace("{port}", "GATEWAY_PORT")),
        function=(sys.executable, "-I", "-c", SERVER.replace("{port}", "PORT")),
        api_gateway=(sys.executable, "-I", "-c", SERVER.replace("{port}", "GATEWAY_PORT")),
        database=("/does/not/exist",),
        adapters=lambda _: [],
        keys=PlainKeys().work,
        check_password=PasswordRule(common=FewCommonPasswords(), shop="Portico").check,
        check_settings=no_objection,
        check_database=there,
        grant_admin=(accounts or Accounts()).grant_admin,
        audit=audit,
        worker=worker,
        openapi=openapi,
        mail_mark="mail>",
    )


if __name__ == "__main__":
    create(actions())()
