"""Settings out of AWS Secrets Manager and Systems Manager's Parameter Store, each read once a process."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from adapters.bootstrap.settings.reading import WrongSettings

LIMITS = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
"""A function has ten seconds to start in, and its restart is another try."""

Value = str | int | float | bool
T = TypeVar("T")


@cache
def secret(name: str) -> Mapping[str, Value]:
    """The settings in a secret, by their fields' names. Raises: WrongSettings, without anything of the value."""
    variable = "SETTINGS_SECRET"
    client = _client(variable, "secretsmanager")
    answer = _asked(variable, lambda: client.get_secret_value(SecretId=name))
    settings = _object(answer.get("SecretString", ""))
    if settings is None:
        raise WrongSettings(f"{variable}: This secret is no JSON object of settings, each a text, a number or a truth.")
    return settings


@cache
def parameters(path: str) -> Mapping[str, Value]:
    """The settings just below a path, likewise. Raises: WrongSettings."""
    variable = "SETTINGS_PATH"
    client = _client(variable, "ssm")

    def pages() -> list[Mapping[str, Any]]:
        return list(client.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True))

    found = [each for page in _asked(variable, pages) for each in page["Parameters"]]
    if not found:
        raise WrongSettings(f"{variable}: There is no parameter below this path.")
    return {each["Name"].rpartition("/")[2].lower(): each["Value"] for each in found}


def _client(variable: str, service: str) -> Any:
    """Region, credentials and endpoint are found where every program of AWS looks for them."""
    # At DEBUG it would write down what it is answered.
    logging.getLogger("botocore").setLevel(logging.INFO)
    return _asked(variable, lambda: boto3.session.Session().client(service, config=LIMITS))


def _asked(variable: str, ask: Callable[[], T]) -> T:
    """What AWS answers. Raises: WrongSettings, which names the variable that sent us there."""
    try:
        return ask()
    except ClientError as error:
        fault = f"AWS does not give what it names: {error.response['Error']['Code']}."
    except (BotoCoreError, ValueError) as error:  # the latter for a region that is none
        fault = f"AWS cannot be asked for what it names: {type(error).__name__}."
    raise WrongSettings(f"{variable}: {fault}")


def _object(text: str) -> Mapping[str, Value] | None:
    """Nothing for what is none: json's own error holds the whole text."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or not all(isinstance(value, Value) for value in found.values()):
        return None
    return {name.lower(): value for name, value in found.items()}
