"""Settings out of AWS: where they are read from, who wins, and what is said of those that cannot be had."""

import json
import logging
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from adapters.bootstrap.settings import Settings, WrongSettings, checked
from tests.adapters.mails.aws import aws_url, environ, environment
from tests.adapters.settings.aws import answering, fresh, parameters, secret
from tests.figures import Figure

HUSH = "Kq0mPq8v3J2yT6rXc5nZb7dLw1sHf4gUe9aRi0oVtY"


def somewhere(kind: str) -> str:
    """A name that no other test has, since a process reads each but once."""
    return f"portico/{kind}/{uuid4().hex}"


def told(url: str, **variables: str) -> Settings:
    """The settings of a process with these variables."""
    with environment(url, **variables):
        return checked(Settings, {})


def fault(url: str, **variables: str) -> str:
    with pytest.raises(WrongSettings) as refused:
        told(url, **variables)
    (only,) = refused.value.faults
    assert HUSH not in repr(_chain(refused.value)), "A secret is in an error, or in what it came from."
    return only


def _chain(error: BaseException | None) -> list[Mapping[str, Any]]:
    """All that an error holds, and all those behind it."""
    found: list[Mapping[str, Any]] = []
    while error is not None:
        found.append({"text": str(error), "args": error.args, **vars(error)})
        error = error.__cause__ or error.__context__
    return found


def test_a_secret_has_settings_by_the_names_of_their_variables() -> None:
    name = somewhere("secret")
    secret(
        aws_url(), name, json.dumps({"PASSWORD_PEPPER": HUSH, "shop_name": "Here", "BCRYPT_COST": 11, "DOCS": False})
    )
    settings = told(aws_url(), SETTINGS_SECRET=name)
    assert settings.password_pepper.get_secret_value() == HUSH
    assert (settings.shop_name, settings.bcrypt_cost, settings.docs) == ("Here", 11, False)


def test_parameters_below_a_path_are_settings_page_after_page() -> None:
    path = f"/{somewhere('path')}"
    many = {f"UNKNOWN_{number}": "x" for number in range(12)}
    parameters(aws_url(), path, {**many, "SHOP_NAME": "There", "DEEPER/CURRENCY": "EUR", "BCRYPT_COST": "10"})
    settings = told(aws_url(), SETTINGS_PATH=path)
    assert (settings.shop_name, settings.bcrypt_cost, settings.currency) == ("There", 10, "USD")


def test_a_variable_wins_over_the_secret_and_the_secret_over_the_path() -> None:
    name, path = somewhere("secret"), f"/{somewhere('path')}"
    secret(aws_url(), name, json.dumps({"SHOP_NAME": "secret", "CURRENCY": "EUR"}))
    parameters(aws_url(), path, {"SHOP_NAME": "path", "CURRENCY": "CHF", "MONGO_DATABASE": "path"})
    settings = told(aws_url(), SETTINGS_SECRET=name, SETTINGS_PATH=path, SHOP_NAME="variable")
    assert (settings.shop_name, settings.currency, settings.mongo_database) == ("variable", "EUR", "path")


def test_what_is_stored_is_checked_as_variables_are() -> None:
    name = somewhere("secret")
    secret(aws_url(), name, json.dumps({"BCRYPT_COST": 99}))
    assert fault(aws_url(), SETTINGS_SECRET=name).startswith("BCRYPT_COST: ")


def test_a_process_asks_once_however_often_it_reads_its_settings() -> None:
    answer = {"Name": "shop", "SecretString": json.dumps({"SHOP_NAME": "Once"})}
    with answering(200, answer) as (url, asked):
        name = somewhere("secret")
        assert {told(url, SETTINGS_SECRET=name).shop_name for _ in range(3)} == {"Once"}
        assert asked == ["secretsmanager.GetSecretValue"]
    assert told(url, SETTINGS_SECRET=name).shop_name == "Once", "The server is gone, and nobody needs it."


def test_a_failure_is_not_kept() -> None:
    name = somewhere("secret")
    assert "ResourceNotFoundException" in fault(aws_url(), SETTINGS_SECRET=name)
    secret(aws_url(), name, json.dumps({"SHOP_NAME": "Late"}))
    assert told(aws_url(), SETTINGS_SECRET=name).shop_name == "Late"


def test_a_new_value_is_read_by_the_next_process_and_not_by_this_one() -> None:
    name = somewhere("secret")
    read = fresh("from adapters.bootstrap.settings import Settings, read\nprint(read(Settings).shop_name)")
    shown = []
    for value in ("Old", "New"):
        secret(aws_url(), name, json.dumps({"SHOP_NAME": value}))
        env = {**os.environ, **environ(aws_url()), "SETTINGS_SECRET": name}
        there = subprocess.run(read, env=env, capture_output=True, text=True, timeout=60, check=True)
        shown.append((there.stdout.strip(), told(aws_url(), SETTINGS_SECRET=name).shop_name))
    assert shown == [("Old", "Old"), ("New", "Old")]


@pytest.mark.parametrize(
    "value",
    [HUSH, "", f'{{"PASSWORD_PEPPER": "{HUSH}"', f'["{HUSH}"]', f'{{"A": {{"B": "{HUSH}"}}}}', '{"A": null}', b"\xff"],
    ids=["text", "empty", "cut short", "list", "nested", "null", "binary"],
)
def test_a_secret_that_is_no_object_of_settings_is_refused_without_a_word_of_it(value: str | bytes) -> None:
    with answering(200, {"Name": "x", **({"SecretString": value} if isinstance(value, str) else {})}) as (url, _):
        assert fault(url, SETTINGS_SECRET=somewhere("secret")) == (
            "SETTINGS_SECRET: This secret is no JSON object of settings, each a text, a number or a truth."
        )


def test_a_path_without_parameters_is_refused() -> None:
    path = f"/{somewhere('path')}"
    assert fault(aws_url(), SETTINGS_PATH=path) == "SETTINGS_PATH: There is no parameter below this path."


@pytest.mark.parametrize("variable", ["SETTINGS_SECRET", "SETTINGS_PATH"])
def test_who_may_not_read_is_told_so_and_by_which_variable(variable: str) -> None:
    refusal = {"__type": "AccessDeniedException", "message": f"You may not. {HUSH}"}
    with answering(400, refusal) as (url, _):
        assert fault(url, **{variable: f"/{somewhere('forbidden')}"}) == (
            f"{variable}: AWS does not give what it names: AccessDeniedException."
        )


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "EndpointConnectionError"),
        ({"AWS_ENDPOINT_URL": "", "AWS_DEFAULT_REGION": ""}, "ValueError"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "NoCredentialsError"),
    ],
)
@pytest.mark.parametrize("variable", ["SETTINGS_SECRET", "SETTINGS_PATH"])
def test_where_nobody_can_be_asked_nothing_starts(variable: str, more: Mapping[str, str], kind: str) -> None:
    variables = {variable: f"/{somewhere('nowhere')}", "AWS_REGION": "", **more}
    assert fault("http://127.0.0.1:1", **variables) == f"{variable}: AWS cannot be asked for what it names: {kind}."


def test_who_never_answers_is_waited_for_no_longer_than_a_function_has_to_start(figure: Figure) -> None:
    with answering(200, {}, silent=True) as (url, asked):
        began = time.monotonic()
        assert fault(url, SETTINGS_SECRET=somewhere("silent")).endswith("ReadTimeoutError.")
        took = time.monotonic() - began
    assert len(asked) == 2
    assert took < 10, "Lambda ends a start that takes longer."
    figure("{milliseconds} ms until silent AWS is given up, in two tries.", milliseconds=round(took * 1_000))


def test_a_process_that_starts_with_a_wrong_secret_ends_with_a_line() -> None:
    read = fresh("from adapters.bootstrap.settings import Settings, read\nread(Settings)")
    env = {**os.environ, **environ(aws_url()), "SETTINGS_SECRET": "portico/none"}
    ended = subprocess.run(read, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        "SETTINGS_SECRET: AWS does not give what it names: ResourceNotFoundException.\n",
    )


def test_without_a_secret_and_a_path_nothing_of_aws_is_imported() -> None:
    code = (
        "from adapters.bootstrap.settings import Settings, read\nread(Settings)\n"
        "print([name for name in sys.modules if name.startswith('boto')])"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("SETTINGS_")}
    done = subprocess.run(fresh(code), env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_no_secret_is_logged_even_at_debug() -> None:
    name, path = somewhere("secret"), f"/{somewhere('path')}"
    secret(aws_url(), name, json.dumps({"PASSWORD_PEPPER": HUSH}))
    parameters(aws_url(), path, {"SIGNING_KEYS": HUSH})
    with _everything_logged() as lines:
        told(aws_url(), SETTINGS_SECRET=name, SETTINGS_PATH=path)
    assert lines, "Something was to be heard."
    assert [line for line in lines if HUSH in line] == []


@contextmanager
def _everything_logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, aws, heard = logging.getLogger(), logging.getLogger("botocore"), Lines()
    before = root.level, aws.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    aws.setLevel(logging.NOTSET)
    try:
        yield lines
    finally:
        root.removeHandler(heard)
        root.setLevel(before[0])
        aws.setLevel(before[1])
