"""Who is who: keys, passwords, tokens, and how often anybody may try."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, field_validator

from adapters.bootstrap.settings.reading import NOT_SET, READ

DEVELOPMENT_SECRET = "for-development-only-and-known-to-everyone"  # noqa: S105 - refused in production
"""What stands in for the secrets until somebody sets them."""

QUOTA_MAX = 1_000_000
"""Of any limit: an hour has few more milliseconds, the least that a clock tells."""
PEPPER_MIN = 32

_File = Annotated[Path | None, BeforeValidator(lambda path: path or None)]
"""A file's path; nothing for none, as a variable that is empty says it."""


class AccountSettings(BaseModel):
    """Of accounts and of those who prove who they are."""

    model_config = READ

    service_key: Annotated[
        SecretStr,
        Field(
            description="The Ed25519 private key (PEM) of this service alone, by which it proves itself to the others."
            " Without it, one that everyone knows."
        ),
    ] = NOT_SET
    peer_keys: Annotated[
        str,
        Field(
            description="The public keys of those who may call, the same for every service: `name=key`, with blanks or"
            " new lines between them. Without it, those that everyone knows. `shop keys service` makes both."
        ),
    ] = ""
    password_pepper: Annotated[
        SecretStr,
        Field(description="The key of the HMAC that passwords go through before bcrypt: 32 characters at least."),
    ] = SecretStr(DEVELOPMENT_SECRET)
    password_peppers_retired: Annotated[
        SecretStr,
        Field(
            description="Former values of `PASSWORD_PEPPER` by which passwords are still checked, the latest first,"
            " with commas between them. Whoever signs in moves on to the present one."
        ),
    ] = NOT_SET
    signing_keys: Annotated[
        SecretStr,
        Field(
            description="PEM private keys for access tokens: the first signs, the second will next, and those behind"
            " did before. Without any, one is made at start."
        ),
    ] = NOT_SET
    signing_keys_file: Annotated[
        _File,
        Field(description="A file with the same, instead; it is read again when it changes. See `shop keys --help`."),
    ] = None
    token_issuer: Annotated[
        str, Field(min_length=1, description="The `iss` of access tokens: the shop's public address.")
    ] = "http://127.0.0.1:8080"  # noqa: S105 - an address
    token_audience: Annotated[str, Field(min_length=1, description="The `aud` of access tokens.")] = "portico"  # noqa: S105 - a name
    access_token_seconds: Annotated[int, Field(ge=300, le=900, description="How long an access token is good.")] = 900
    refresh_token_days: Annotated[int, Field(ge=1, le=90, description="How long one stays signed in.")] = 30
    bcrypt_cost: Annotated[
        int, Field(ge=4, le=16, description="bcrypt's cost, as a power of two; in `production` at least 10.")
    ] = 12
    throttle: Annotated[
        str,
        Field(description="Where tries are counted: the name of an adapter; `memory` is each process for itself."),
    ] = "memory"
    logins_per_address: Annotated[
        int, Field(ge=1, le=QUOTA_MAX, description="How many logins an hour one address may try.")
    ] = 300
    logins_per_account: Annotated[
        int,
        Field(
            ge=1,
            le=QUOTA_MAX,
            description="How many logins a day to one account all those addresses together may try from which nobody"
            " signed in to it for 30 days.",
        ),
    ] = 50
    login_tries: Annotated[
        int,
        Field(
            ge=1,
            le=QUOTA_MAX,
            description="How many wrong passwords for one account an address may try without a pause; then there is a"
            " second before the next, and each time twice as long.",
        ),
    ] = 5
    login_pause_seconds: Annotated[int, Field(ge=1, le=86_400, description="The longest of these pauses.")] = 3600
    registrations_per_address: Annotated[
        int, Field(ge=1, le=QUOTA_MAX, description="How many accounts an hour one address may open.")
    ] = 30
    registrations_per_account: Annotated[
        int, Field(ge=1, le=QUOTA_MAX, description="How often an hour an account may be opened for one e-mail address.")
    ] = 10
    resets_per_address: Annotated[
        int, Field(ge=1, le=QUOTA_MAX, description="How many new passwords an hour one address may ask for.")
    ] = 30
    resets_per_account: Annotated[
        int, Field(ge=1, le=QUOTA_MAX, description="How many new passwords an hour may be asked for one account.")
    ] = 5
    bootstrap_admin_email: Annotated[
        str, Field(description="Who registers with this address becomes an admin; in development only.")
    ] = ""

    @property
    def retired_peppers(self) -> list[str]:
        """The latest first."""
        retired = self.password_peppers_retired.get_secret_value()
        return retired.split(",") if retired else []

    @field_validator("bootstrap_admin_email")
    @classmethod
    def _as_accounts_are_found(cls, email: str) -> str:
        if not email:
            return ""
        # Seldom set, and in production never: no other service needs to know what an account is.
        from core.user.errors import UserInvalid  # noqa: PLC0415 - as said
        from core.user.model import normal_email  # noqa: PLC0415 - as said

        try:
            return normal_email(email)
        except UserInvalid as error:
            raise ValueError(error.detail) from error

    @field_validator("password_pepper")
    @classmethod
    def _is_a_pepper(cls, pepper: SecretStr) -> SecretStr:
        if len(pepper) < PEPPER_MIN:
            raise ValueError(f"It has at least {PEPPER_MIN} characters. Make one by `openssl rand -base64 48`")
        return pepper

    @field_validator("password_peppers_retired")
    @classmethod
    def _each_is_a_pepper(cls, retired: SecretStr) -> SecretStr:
        for pepper in retired.get_secret_value().split(",") if retired else ():
            if len(pepper) < PEPPER_MIN or pepper != pepper.strip():
                raise ValueError(f"Each has at least {PEPPER_MIN} characters, and no blanks around it")
        return retired
