"""The shapes in which accounts, addresses and tokens travel."""

from dataclasses import field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from adapters.inbound.web.addresses import Line, Phone
from adapters.inbound.web.answers import answer
from adapters.inbound.web.bodies import Body
from core.user.model import Role, SignIn, Status, User

Email = Annotated[str, Field(min_length=3, max_length=254, examples=["shopper@example.com"])]
Password = Annotated[str, Field(repr=False, min_length=1, max_length=1024, examples=["correct horse battery staple"])]
NewPassword = Annotated[
    Password,
    # Documented here, checked by the core: it counts characters after bringing them into one form.
    Field(
        json_schema_extra={"minLength": 8, "maxLength": 128},
        description="8 to 128 characters of any kind, and no common password.",
    ),
]
MailedToken = Annotated[str, Field(repr=False, min_length=1, max_length=256, description="From a mail.")]
RefreshTokenText = Annotated[str, Field(min_length=1, max_length=256, description="From a login or a refresh.")]


class RegisterIn(Body):
    """A new account."""

    email: Email
    password: NewPassword
    name: Annotated[Line, Field(examples=["Sam Shopper"])]


class ProfilePatch(Body):
    """A JSON merge patch (RFC 7396): what is absent stays, and a phone of null is removed."""

    name: Annotated[Line, Field(examples=["Sam Shopper"])] = ""
    phone: Phone = None

    @property
    def new_name(self) -> str | None:
        return self.name or None

    @property
    def new_phone(self) -> str | None:
        return (self.phone or "") if "phone" in self.model_fields_set else None


class PasswordIn(Body):
    """The present password as a proof, and the one to have from now on."""

    current_password: Password
    new_password: NewPassword


class RolesIn(Body):
    """Everything the account may do from now on."""

    roles: Annotated[list[Role], Field(min_length=1, max_length=10, examples=[["customer", "admin"]])]


class StatusIn(Body):
    status: Literal["active", "disabled"]


class LoginIn(Body):
    email: Email
    password: Password


class PasswordResetIn(Body):
    """Whose password is forgotten."""

    email: Email


class NewPasswordIn(Body):
    """The token from the mail, and the password to have from now on."""

    token: MailedToken
    new_password: NewPassword


class VerifyEmailIn(Body):
    """The token from the mail."""

    token: MailedToken


class RefreshIn(Body):
    refresh_token: Annotated[RefreshTokenText, Field(repr=False)]


class LogoutIn(Body):
    """Whose session is to end, if no access token says so."""

    refresh_token: Annotated[RefreshTokenText | None, Field(repr=False)] = None


@answer
class ProfileOut:
    """An account as its owner sees it."""

    id: str
    email: str
    name: str
    phone: str | None
    roles: list[Role]
    email_verified: bool
    created_at: datetime
    version: int

    @classmethod
    def of(cls, user: User) -> "ProfileOut":
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            phone=user.phone or None,
            roles=sorted(user.roles),
            email_verified=user.email_verified,
            created_at=user.created_at,
            version=user.version,
        )


@answer
class UserOut:
    """An account as administrators see it; `erased` is what its owner left behind."""

    id: str
    email: str
    name: str
    phone: str | None
    roles: list[Role]
    status: Status
    email_verified: bool
    created_at: datetime
    version: int

    @classmethod
    def of(cls, user: User) -> "UserOut":
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            phone=user.phone or None,
            roles=sorted(user.roles),
            status=user.status,
            email_verified=user.email_verified,
            created_at=user.created_at,
            version=user.version,
        )


@answer
class AcceptedOut:
    """It will be seen to, if there is anything to do; which is not told."""

    status: Literal["accepted"]


@answer
class TokensOut:
    """`access_token` is for `Authorization: Bearer`, for `expires_in` seconds; `refresh_token` gets the next two."""

    access_token: str = field(repr=False)
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str = field(repr=False)

    @classmethod
    def of(cls, sign_in: SignIn) -> "TokensOut":
        return cls(
            access_token=sign_in.access_token.text,
            token_type="Bearer",  # noqa: S106 - a kind of token
            expires_in=sign_in.access_token.expires_in,
            refresh_token=sign_in.refresh_token.text,
        )


@answer
class KeyOut:
    """A public key (RFC 7517, section 4)."""

    kid: str
    kty: str
    use: str
    alg: str
    n: str
    e: str


@answer
class KeySetOut:
    """A JSON Web Key Set (RFC 7517, section 5)."""

    keys: list[KeyOut]


@answer
class DiscoveryOut:
    """Where to find what checking an access token takes (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    jwks_uri: str
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]

    @classmethod
    def of(cls, issuer: str) -> "DiscoveryOut":
        return cls(
            issuer=issuer,
            jwks_uri=f"{issuer.rstrip('/')}/.well-known/jwks.json",
            response_types_supported=["token"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
        )
