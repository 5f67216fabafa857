"""Settings that are kept away from the process: where they are, and how they join those that it is told."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from adapters.bootstrap.registry import resolve
from adapters.bootstrap.settings.reading import READ


class StoredSettings(BaseModel):
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

    @model_validator(mode="before")
    @classmethod
    def _beside_what_is_stored(cls, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Without a secret or a path to read, nothing of AWS is imported. Raises: WrongSettings."""
        found: dict[str, Any] = {}
        if path := told.get("settings_path"):
            found |= resolve("adapters.bootstrap.settings.aws:parameters")(path)
        if secret := told.get("settings_secret"):
            found |= resolve("adapters.bootstrap.settings.aws:secret")(secret)
        return {**found, **told}
