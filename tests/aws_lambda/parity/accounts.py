"""What is done with accounts: every good answer, every conflict, and each way to be refused by a secret."""

from tests.aws_lambda.parity.asking import Asking, Away
from tests.security.matrix.scene import ADDRESS
from tests.security.shops import PASSWORD, bearer

ME = "/v1/users/me"
OTHER = "another password for tests"


def accounts(ask: Asking) -> None:
    sam = ask.person("sam")
    body = {"email": sam.email, "password": PASSWORD, "name": "Sam"}
    ask("an address is taken", "user", "POST /v1/users", body=body)
    ask("a profile", "user", f"GET {ME}", headers=sam.headers)
    ask("a profile is changed", "user", f"PATCH {ME}", body={"name": "Zoë"}, headers={**sam.headers, "If-Match": '"1"'})
    home = ask.made("an address", "user", f"POST {ME}/addresses", body=ADDRESS, headers=sam.headers, status=201)
    ask("addresses", "user", f"GET {ME}/addresses", headers=sam.headers)
    ask("one address", "user", f"GET {ME}/addresses/{home['id']}", headers=sam.headers)
    moved = {**ADDRESS, "city": "Bath"}
    ask("an address changes", "user", f"PUT {ME}/addresses/{home['id']}", body=moved, headers=sam.headers)
    ask("an address goes", "user", f"DELETE {ME}/addresses/{home['id']}", headers=sam.headers)
    token = ask.way.shop.mailed_token(sam.email)
    ask("verified", "user", "POST /v1/auth/verify-email", body={"token": token})
    ask("verified with no token", "user", "POST /v1/auth/verify-email", body={"token": "a" * 43})
    _sessions(ask)
    _passwords(ask)
    _of_admins(ask)
    ask("the keys", "user", "GET /.well-known/jwks.json")
    ask("the configuration", "user", "GET /.well-known/openid-configuration")


def _sessions(ask: Asking) -> None:
    kim = ask.person("kim")
    ask("a wrong password", "user", "POST /v1/auth/login", body={"email": kim.email, "password": "wrong password"})
    again = {"refresh_token": kim.refresh_token}
    with Away(ask, "user.sessions"):
        ask("a session while the sessions are away", "user", "POST /v1/auth/refresh", body=again)
    ask("a session goes on", "user", "POST /v1/auth/refresh", body=again)
    ask("a session of nobody", "user", "POST /v1/auth/refresh", body={"refresh_token": "a" * 43})
    ask("out without a body", "user", "POST /v1/auth/logout", headers=kim.headers)
    ask("out, and then asking", "user", f"GET {ME}", headers=kim.headers)
    kim = ask.signed_in("kim is back", kim.id, kim.email)
    ask("out everywhere", "user", "POST /v1/auth/logout-all", headers=kim.headers)
    kim = ask.signed_in("kim is back once more", kim.id, kim.email)
    ask("out by its token", "user", "POST /v1/auth/logout", body={"refresh_token": kim.refresh_token})


def _passwords(ask: Asking) -> None:
    lee = ask.person("lee")
    change = f"PUT {ME}/password"
    wrong = {"current_password": "a wrong password", "new_password": OTHER}
    ask("a new password by a wrong one", "user", change, body=wrong, headers=lee.headers)
    right = {"current_password": PASSWORD, "new_password": OTHER}
    ask("a new password", "user", change, body=right, headers=lee.headers)
    ask("a forgotten password", "user", "POST /v1/auth/password-reset", body={"email": lee.email})
    confirm = "POST /v1/auth/password-reset/confirm"
    body = {"token": ask.way.shop.mailed_token(lee.email), "new_password": PASSWORD}
    ask("a password that is in every list", "user", confirm, body={**body, "new_password": "password1"})
    ask("a password by mail", "user", confirm, body=body)
    lee = ask.signed_in("lee is back", lee.id, lee.email)
    ask("a stale end", "user", f"DELETE {ME}", headers={**lee.headers, "If-Match": '"99"'})
    ask("the end of an account", "user", f"DELETE {ME}", headers=lee.headers)
    for number in range(12):  # by one address and of one account: more than may be guessed
        credentials = {"email": "sam@example.com", "password": "wrong password"}
        ask(f"guess {number}", "user", "POST /v1/auth/login", body=credentials, client="198.51.100.1")


def _of_admins(ask: Asking) -> None:
    max_, admin = ask.person("max"), ask.person("admin")
    first = ask.made("accounts", "user", "GET /v1/users?limit=2", headers=ask.admin, status=200)
    ask("accounts behind them", "user", f"GET /v1/users?limit=2&cursor={first['next_cursor']}", headers=ask.admin)
    ask("an account", "user", f"GET /v1/users/{max_.id}", headers=ask.admin)
    ask("roles", "user", f"PUT /v1/users/{max_.id}/roles", body={"roles": ["customer", "admin"]}, headers=ask.admin)
    ask("roles back", "user", f"PUT /v1/users/{max_.id}/roles", body={"roles": ["customer"]}, headers=ask.admin)
    ask("disabled", "user", f"PUT /v1/users/{max_.id}/status", body={"status": "disabled"}, headers=ask.admin)
    ask("disabled, and asking", "user", f"GET {ME}", headers=max_.headers)
    gone = f"/v1/users/{ask.people['lee'].id}"
    ask("roles for an erased account", "user", f"PUT {gone}/roles", body={"roles": ["customer"]}, headers=ask.admin)
    ask("an erased account, disabled", "user", f"PUT {gone}/status", body={"status": "disabled"}, headers=ask.admin)
    ask("a scheme in lower case", "user", f"GET {ME}", headers={"Authorization": f"bearer {admin.access_token}"})
    eve = ask.person("eve")
    twice = [("Authorization", "Bearer a.b.c"), ("Authorization", f"Bearer {eve.access_token}")]
    ask("two tokens", "user", f"GET {ME}", headers=twice)
    ask("a token of rubbish", "user", f"GET {ME}", headers=bearer("a.b.c"))
