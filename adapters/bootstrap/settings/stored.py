"""Settings that are kept away from the process: where they are, and how they join those that it is told."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings.reading import READ


class StoredSettings(BaseSettings):
    """Where else settings are, if anywhere. What the process is told itself wins."""

    model_config = READ

    settings_secret: Annotated[
        str,
        Field(
            description="A secret of AWS Secrets Manager, by name or ARN, whose value is a JSON object of settings by"
            " the names of this table. It is read once, at start; a variable that is set wins over it."
        ),
    ] = ""
    settings_path: Annotated[
        str,
        Field(
            pattern=r"^(/\S*[^/\s])?$",
            description="A path in AWS Parameter Store, such as `/portico/prod/order`: a parameter just below it is the"
            " setting of that name. It is read likewise; a variable wins over it, and so does the secret.",
        ),
    ] = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings' signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, Stored(settings_cls)


class Stored(PydanticBaseSettingsSource):
    """What is kept in AWS. Without a secret or a path to read, nothing of AWS is imported.

    pydantic-settings' own sources for AWS ask it anew for every object of settings, with botocore's time-outs (a
    minute) and its errors, and cannot be left out where there is nothing to ask.
    """

    def __call__(self) -> dict[str, Any]:
        told: Mapping[str, Any] = self.current_state
        secret, path = (str(told.get(name) or "") for name in ("settings_secret", "settings_path"))
        found: dict[str, Any] = {}
        if path:
            found |= resolve("adapters.bootstrap.settings.aws:parameters")(path)
        if secret:
            found |= resolve("adapters.bootstrap.settings.aws:secret")(secret)
        return found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Nobody asks: `__call__` has them all at once."""
        return None, field_name, False
