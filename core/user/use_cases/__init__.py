"""What can be done with accounts; `UserUseCases` lists it all."""

from dataclasses import dataclass
from datetime import timedelta

from core.shared.ports import Clock, NewId, NewSecret
from core.user.ports import AccessTokens, Passwords, Sessions, Users
from core.user.use_cases.accounts import ChangePassword, ChangeProfile, DeleteAccount, GetUser, Register
from core.user.use_cases.addresses import AddAddress, ChangeAddress, GetAddress, ListAddresses, RemoveAddress
from core.user.use_cases.administration import GrantAdmin, ListUsers, SetRoles, SetStatus
from core.user.use_cases.sign_in import IdentifyHolder, Login, Logout, LogoutAll, PublishKeys, Refresh


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUseCases:
    """All that the user service can do."""

    register: Register
    get_user: GetUser
    change_profile: ChangeProfile
    change_password: ChangePassword
    delete_account: DeleteAccount

    login: Login
    refresh: Refresh
    identify_holder: IdentifyHolder
    logout: Logout
    logout_all: LogoutAll
    publish_keys: PublishKeys

    list_addresses: ListAddresses
    get_address: GetAddress
    add_address: AddAddress
    change_address: ChangeAddress
    remove_address: RemoveAddress

    list_users: ListUsers
    set_roles: SetRoles
    set_status: SetStatus
    grant_admin: GrantAdmin

    @classmethod
    def over(
        cls,
        *,
        users: Users,
        sessions: Sessions,
        passwords: Passwords,
        access_tokens: AccessTokens,
        clock: Clock,
        new_id: NewId,
        new_secret: NewSecret,
        session_lasts: timedelta,
        admin_email: str = "",
    ) -> "UserUseCases":
        """Every use case over the same ports. Whoever registers as `admin_email` is an administrator."""
        return cls(
            register=Register(users=users, passwords=passwords, clock=clock, new_id=new_id, admin_email=admin_email),
            get_user=GetUser(users=users),
            change_profile=ChangeProfile(users=users),
            change_password=ChangePassword(users=users, sessions=sessions, passwords=passwords),
            delete_account=DeleteAccount(users=users),
            login=Login(
                users=users,
                sessions=sessions,
                passwords=passwords,
                access_tokens=access_tokens,
                clock=clock,
                new_id=new_id,
                new_secret=new_secret,
                session_lasts=session_lasts,
            ),
            refresh=Refresh(
                users=users, sessions=sessions, access_tokens=access_tokens, clock=clock, new_secret=new_secret
            ),
            identify_holder=IdentifyHolder(users=users, sessions=sessions, clock=clock),
            logout=Logout(sessions=sessions),
            logout_all=LogoutAll(users=users),
            publish_keys=PublishKeys(access_tokens=access_tokens),
            list_addresses=ListAddresses(users=users),
            get_address=GetAddress(users=users),
            add_address=AddAddress(users=users, new_id=new_id),
            change_address=ChangeAddress(users=users),
            remove_address=RemoveAddress(users=users),
            list_users=ListUsers(users=users),
            set_roles=SetRoles(users=users),
            set_status=SetStatus(users=users),
            grant_admin=GrantAdmin(users=users),
        )
