"""Programs in JavaScript: the lines of their pages, run by Node."""

import json
from pathlib import Path

import anyio
import httpx2

from clients.cloud import Account, Cloud
from clients.pages import lines_of
from clients.signing_in import browsing, lets_in

DESK = ("--public", "--native", "http://localhost")
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"


def test_msal_for_node_gets_a_token_by_a_secret(node: Cloud, tmp_path: Path) -> None:
    told = node.granted("Nightly script", "User.Read.All")
    token = node.prints(tmp_path, "js", node.filled(lines_of("msal-node.md", "js"), told)).strip()
    users = httpx2.get(
        f"{node.origin}/v1.0/users?$top=2",
        headers={"authorization": f"Bearer {token}"},
        verify=node.trust,
    )
    assert len(users.json()["value"]) == 2


def test_msal_for_node_gets_tokens_for_a_person(
    node: Cloud, account: Account, tmp_path: Path
) -> None:
    told = node.granted("Desk tool", "User.Read", "--delegated", arguments=DESK)
    command = node.program(tmp_path, "js", node.filled(lines_of("msal-node.md", "js", 1), told))

    async def types(user_code: str) -> str:
        async with browsing(node) as visitor:
            return await lets_in(visitor, user_code, account)

    with node.running(command, tmp_path) as said:
        message = said.readline()
        user_code = message.split("the code ")[1].split()[0]
        assert "You are signed in" in anyio.run(types, user_code)
        token = said.readline().strip()
    me = httpx2.get(
        f"{node.origin}/v1.0/me", headers={"authorization": f"Bearer {token}"}, verify=node.trust
    )
    assert me.json()["userPrincipalName"] == account.name


def test_graph_for_javascript_adds_lists_and_removes_a_phone(node: Cloud, tmp_path: Path) -> None:
    told = node.granted("Phones", "UserAuthenticationMethod.ReadWrite.All", "User.Read.All")
    said = node.prints(tmp_path, "js", node.filled(lines_of("graph-javascript.md", "js"), told))
    (phone,) = json.loads(said)
    assert (phone["id"], phone["phoneType"]) == (MOBILE, "mobile")
