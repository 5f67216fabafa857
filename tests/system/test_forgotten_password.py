"""Somebody forgets their password in a shop that `shop up` opened: the mail is on the terminal, and lets them in."""

import re
from pathlib import Path

import httpx

from tests.adapters.cli.running import Running
from tests.system.test_shop_up import Shop

EMAIL, OLD, NEW = "ada@example.com", "an old password", "a newer password"
LINE = re.compile(r"^ +user \| mail> ?(.*)$", re.MULTILINE)


async def mail(terminal: Running, subject: str) -> tuple[str, str]:
    """The link and the token in the mail that comes; what else is on the terminal is forgotten."""
    await terminal.says(f"mail> Subject: {subject}")
    await terminal.says("mail> Was it not you?")
    lines = LINE.findall(terminal.said)
    terminal.said = ""
    assert f"To: {EMAIL}" in lines
    (link,) = (line for line in lines if line.startswith("http"))
    (token,) = (line for line in lines if re.fullmatch(r"[\w-]{43}", line))
    return link, token


async def test_a_forgotten_password_is_replaced_by_a_mail_on_the_terminal(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", "memory")
    async with (
        shop.up("--no-seed") as terminal,
        httpx.AsyncClient(base_url=shop.url, trust_env=False, timeout=60) as http,
    ):

        async def post(path: str, status: int, **body: str) -> httpx.Response:
            answer = await http.post(f"/v1/{path}", json=body)
            assert answer.status_code == status, answer.text
            return answer

        await post("users", 201, email=EMAIL, password=OLD, name="Ada")
        link, token = await mail(terminal, "Please confirm your e-mail address")
        assert link == f"{shop.url}/docs/user#/users/verify_email"
        await post("auth/verify-email", 204, token=token)
        await post("auth/verify-email", 422, token=token)

        session = (await post("auth/login", 200, email=EMAIL, password=OLD)).json()
        me = {"Authorization": f"Bearer {session['access_token']}"}
        assert (await http.get("/v1/users/me", headers=me)).json()["email_verified"] is True

        await post("auth/password-reset", 202, email="nobody@example.com")
        await post("auth/password-reset", 202, email=EMAIL)
        link, token = await mail(terminal, "Choose a new password")
        assert link == f"{shop.url}/docs/user#/users/reset_password"
        assert "nobody" not in terminal.said
        page = await http.get("/openapi/user.json")
        assert {"verify_email", "reset_password"} <= set(re.findall(r'"operationId":"(\w+)"', page.text))

        await post("auth/password-reset/confirm", 204, token=token, new_password=NEW)
        await post("auth/password-reset/confirm", 422, token=token, new_password=OLD)
        assert (await http.get("/v1/users/me", headers=me)).status_code == 401
        await post("auth/refresh", 401, refresh_token=session["refresh_token"])
        await post("auth/login", 401, email=EMAIL, password=OLD)
        await post("auth/login", 200, email=EMAIL, password=NEW)
    assert "INFO" not in terminal.said, "Of what services write, mails alone are shown."
