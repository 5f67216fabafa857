"""Settings out of variables: by which names, who wins, and what is said of those that are wrong."""

import subprocess
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, SecretStr

from adapters.bootstrap.settings import Settings, WrongSettings, checked
from adapters.bootstrap.settings.reading import READ
from tests.adapters.mails.aws import environment
from tests.adapters.settings.aws import fresh

HUSH = "kq0mpq8v3j2yt6rxc5nzb7dlw1shf4gue9aro0voty"


def test_a_variable_is_the_settings_name_in_capitals_and_no_other_spelling() -> None:
    settings = checked(Settings, {}, environment={"SHOP_NAME": "Here", "currency": "EUR", "Mongo_Database": "there"})
    assert (settings.shop_name, settings.currency, settings.mongo_database) == ("Here", "USD", "portico")


def test_what_is_said_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    variables = {"SHOP_NAME": "variable", "CURRENCY": "EUR"}
    settings = checked(Settings, {"shop_name": "said"}, environment=variables)
    assert (settings.shop_name, settings.currency, settings.bcrypt_cost) == ("said", "EUR", 12)


def test_the_environment_is_that_of_the_process_unless_another_is_given_and_none_where_nobody_reads() -> None:
    with environment("http://127.0.0.1:1", SHOP_NAME="Here"):
        found = checked(Settings, {}), checked(Settings, {}, environment={}), Settings()
    assert [settings.shop_name for settings in found] == ["Here", "Portico", "Portico"]


def test_all_that_is_wrong_is_named_at_once_and_no_value_is_told() -> None:
    names = ["LOG_LEVEL", "PORT", "DOCS", "TRACES_RATIO", "SERVICE", "CURRENCY", "CORS_ORIGINS", "MAIL_FROM"]
    wrong = dict.fromkeys(names, HUSH) | {"PASSWORD_PEPPER": HUSH[:31], "PASSWORD_PEPPERS_RETIRED": HUSH[:31]}
    with pytest.raises(WrongSettings) as refused:
        checked(Settings, {}, environment=wrong)
    assert {fault.partition(":")[0] for fault in refused.value.faults} == wrong.keys()
    assert HUSH[:31] not in str(refused.value)


def test_a_process_with_wrong_variables_ends_with_a_line_for_each() -> None:
    read = fresh("from adapters.bootstrap.settings import Settings, read\nread(Settings)")
    env = {"LOG_LEVEL": HUSH, "PASSWORD_PEPPER": HUSH[:31]}
    ended = subprocess.run(read, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert sorted(line.partition(":")[0] for line in ended.stderr.splitlines()) == sorted(env)
    assert HUSH[:31] not in ended.stderr


def test_a_default_is_checked_as_a_value_is() -> None:
    class Wrong(BaseModel):
        model_config = READ

        key: Annotated[SecretStr, Field(min_length=3)] = SecretStr("x")

    with pytest.raises(WrongSettings, match=r"^KEY: "):
        checked(Wrong, {}, environment={})


def test_only_the_kind_that_is_read_is_built() -> None:
    code = (
        "from adapters.bootstrap import settings\n"
        "kinds = [each for each in vars(settings).values() if hasattr(each, 'model_fields')]\n"
        "print(sorted(each.__name__ for each in kinds if each.__pydantic_complete__))\n"
        "settings.read(settings.GatewaySettings)\n"
        "print(len(kinds), sorted(each.__name__ for each in kinds if each.__pydantic_complete__))"
    )
    done = subprocess.run(fresh(code), env={}, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["[]", "5 ['GatewaySettings']"]
