"""What can be done with accounts; `UserUseCases` lists it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.shared.ports import Clock, NewId, NewSecret, Notifier
from core.shared.throttle import Throttle
from core.user.model import Letterhead, PasswordRule, Purpose
from core.user.model.limits import AccountLimits
from core.user.ports import AccessTokens, CommonPasswords, Passwords, PendingMails, Proofs, Sessions, Users
from core.user.use_cases.accounts import ChangePassword, ChangeProfile, DeleteAccount, GetUser, Register
from core.user.use_cases.addresses import AddAddress, ChangeAddress, GetAddress, ListAddresses, RemoveAddress
from core.user.use_cases.administration import GrantAdmin, ListUsers, SetRoles, SetStatus
from core.user.use_cases.guessing import Guessing
from core.user.use_cases.mails import (
    RequestPasswordReset,
    ResetPassword,
    SendMails,
    TellPendingMails,
    Tokens,
    VerifyEmail,
)
from core.user.use_cases.orders import NoteOrderConfirmed
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

    request_password_reset: RequestPasswordReset
    reset_password: ResetPassword
    verify_email: VerifyEmail
    note_order_confirmed: NoteOrderConfirmed
    send_mails: SendMails
    tell_pending_mails: TellPendingMails

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
        proofs: Proofs,
        pending_mails: PendingMails,
        notifier: Notifier,
        mail_links: Mapping[Purpose, str],
        passwords: Passwords,
        common_passwords: CommonPasswords,
        access_tokens: AccessTokens,
        throttle: Throttle,
        limits: AccountLimits,
        clock: Clock,
        new_id: NewId,
        new_secret: NewSecret,
        session_lasts: timedelta,
        shop_name: str = "Portico",
        admin_email: str = "",
    ) -> "UserUseCases":
        """Every use case over the same ports. Whoever registers as `admin_email` is an administrator."""
        password_rule = PasswordRule(common=common_passwords, shop=shop_name)
        guessing = Guessing(throttle=throttle, limits=limits)
        tokens = Tokens(users=users, proofs=proofs, clock=clock)
        return cls(
            register=Register(
                users=users,
                pending_mails=pending_mails,
                passwords=passwords,
                password_rule=password_rule,
                throttle=throttle,
                limits=limits,
                clock=clock,
                new_id=new_id,
                admin_email=admin_email,
            ),
            get_user=GetUser(users=users),
            change_profile=ChangeProfile(users=users),
            change_password=ChangePassword(
                users=users, sessions=sessions, passwords=passwords, password_rule=password_rule, guessing=guessing
            ),
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
                guessing=guessing,
            ),
            refresh=Refresh(
                users=users, sessions=sessions, access_tokens=access_tokens, clock=clock, new_secret=new_secret
            ),
            identify_holder=IdentifyHolder(users=users, sessions=sessions, clock=clock),
            logout=Logout(sessions=sessions),
            logout_all=LogoutAll(users=users),
            publish_keys=PublishKeys(access_tokens=access_tokens),
            request_password_reset=RequestPasswordReset(
                pending_mails=pending_mails, throttle=throttle, limits=limits, clock=clock, new_id=new_id
            ),
            reset_password=ResetPassword(
                tokens=tokens, passwords=passwords, password_rule=password_rule, guessing=guessing
            ),
            verify_email=VerifyEmail(tokens=tokens),
            note_order_confirmed=NoteOrderConfirmed(pending_mails=pending_mails, clock=clock),
            send_mails=SendMails(
                users=users,
                proofs=proofs,
                pending_mails=pending_mails,
                notifier=notifier,
                letterhead=Letterhead(shop=shop_name, links=mail_links),
                clock=clock,
                new_secret=new_secret,
            ),
            tell_pending_mails=TellPendingMails(pending_mails=pending_mails),
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
