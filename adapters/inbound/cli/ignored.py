"""Which of the environment's variables `shop up` refuses, or does not follow because it decides these things itself."""

from collections.abc import Mapping

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.plan import Options, needs_database
from adapters.inbound.cli.ports import HOST


def require_development(environ: Mapping[str, str]) -> None:
    """Raises: CommandFailed if the environment asks for another kind of shop."""
    kind = environ.get("ENVIRONMENT") or "development"
    if kind != "development":
        raise CommandFailed(
            f"`shop up` is for development; with ENVIRONMENT={kind}, run the services themselves (docs/settings.md)."
        )


def ignored(options: Options, environ: Mapping[str, str]) -> str | None:
    """A sentence that names the variables which are set to something else than what is done, with what to use."""
    done = {
        "STORE": (options.store.value, "use --store"),
        "HOST": (HOST, f"it is always {HOST}"),
        "PORT": (str(options.base_port), "use --base-port"),
        **dict.fromkeys(("SERVICE_KEY", "PEER_KEYS"), ("", f"the keys are in {options.data / 'keys'}")),
        "GATEWAY_PORT": (str(options.gateway_port), "use --gateway-port"),
    }
    for name, port in options.service_ports.items():
        done[f"{name.upper()}_URL"] = (f"http://{HOST}:{port}", "use --base-port")
    if not needs_database(options, environ):
        done["MONGO_URL"] = ("", "use --store mongo")
    wrong = [
        f"{name} ({instead})" for name, (value, instead) in done.items() if environ.get(name, "") not in ("", value)
    ]
    return f"Set in the environment, and not followed by `shop up`: {', '.join(wrong)}." if wrong else None
