"""The Python lines of ``docs/clients``, run as programs of their own."""

import subprocess
from pathlib import Path

import anyio
import httpx2
import pytest

from clients.cloud import ROBIN, Account, Cloud
from clients.pages import lines_of
from clients.signing_in import browsing, lets_in

pytest.importorskip("msal", reason="NOT TESTED WITH MSAL: the group clients is not installed")
DESK = ("--public", "--native", "http://localhost")
CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=script "
    "-keyout script.key -out script.crt"
)


def users_read_with(cloud: Cloud, token: str) -> int:
    """Return the status of Graph's users for this token."""
    header = {"authorization": f"Bearer {token.strip()}"}
    return httpx2.get(f"{cloud.origin}/v1.0/users", headers=header, verify=cloud.trust).status_code


@pytest.mark.parametrize("page", ["msal-python.md", "azure-identity.md"])
def test_a_script_gets_a_token_by_a_secret(cloud: Cloud, tmp_path: Path, page: str) -> None:
    told = cloud.granted("Nightly script", "User.Read.All")
    said = cloud.prints(tmp_path, "python", cloud.filled(lines_of(page, "python"), told))
    assert users_read_with(cloud, said) == 200


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_the_graph_client_lists_users(cloud: Cloud, tmp_path: Path, version: str) -> None:
    told = cloud.granted("Nightly script", "User.Read.All")
    lines = cloud.filled(lines_of("msgraph-python.md", "python"), told)
    if version == "beta":
        lines = lines.replace("from msgraph", "from msgraph_beta").replace("/v1.0", "/beta")
    assert ROBIN in cloud.prints(tmp_path, "python", lines).splitlines()


def test_an_api_acts_for_a_person_on_their_behalf(
    cloud: Cloud, account: Account, tmp_path: Path
) -> None:
    api = offering(cloud, "Files.Read")
    desk = cloud.granted("Desk tool", "User.Read", "--delegated", arguments=DESK)
    scope = f"api://{api['clientId']}/Files.Read"
    lines = cloud.filled(lines_of("msal-python.md", "python", 2), desk)
    shown = token_by_device_code(cloud, account, tmp_path, lines.replace("User.Read", scope))
    acting = cloud.filled(lines_of("msal-python.md", "python", 3), api)
    token = cloud.prints(tmp_path, "python", acting, typed=shown)
    assert name_of(cloud, token.strip()) == account.name


def offering(cloud: Cloud, value: str) -> dict[str, str]:
    """Register an API that offers a scope, as a script does it by Graph."""
    script = cloud.granted("Setup", "Application.ReadWrite.All")
    asked = {
        "grant_type": "client_credentials",
        "client_id": script["clientId"],
        "client_secret": script["clientSecret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    scope = {"id": "22222222-2222-4222-8222-222222222222", "value": value, "type": "User"}
    body = {
        "displayName": "API of files",
        "api": {"oauth2PermissionScopes": [scope]},
        "passwordCredentials": [{"displayName": "first"}],
    }
    with httpx2.Client(verify=cloud.trust) as http:
        token = http.post(script["tokenEndpoint"], data=asked).json()["access_token"]
        header = {"authorization": f"Bearer {token}"}
        made = http.post(f"{cloud.origin}/v1.0/applications", json=body, headers=header).json()
    cloud.proofup("app", "grant", made["appId"], "User.Read", "--delegated")
    secret = made["passwordCredentials"][0]["secretText"]
    return {**script, "clientId": made["appId"], "clientSecret": secret}


def test_a_script_gets_a_token_by_a_certificate(cloud: Cloud, tmp_path: Path) -> None:
    told = cloud.granted("Nightly script", "User.Read.All")
    subprocess.run(CERTIFICATE.split(), cwd=tmp_path, check=True, capture_output=True)
    cloud.proofup("app", "certificate", told["clientId"], str(tmp_path / "script.crt"))
    lines = cloud.filled(lines_of("msal-python.md", "python", 1), told)
    assert users_read_with(cloud, cloud.prints(tmp_path, "python", lines)) == 200


def test_a_program_gets_a_token_for_a_person(
    cloud: Cloud, account: Account, tmp_path: Path
) -> None:
    told = cloud.granted("Desk tool", "User.Read", "--delegated", arguments=DESK)
    lines = cloud.filled(lines_of("msal-python.md", "python", 2), told)
    token = token_by_device_code(cloud, account, tmp_path, lines)
    assert name_of(cloud, token) == account.name


def token_by_device_code(cloud: Cloud, account: Account, folder: Path, lines: str) -> str:
    """Run a program that asks for a device code, type it, and return the token that it prints."""

    async def types(user_code: str) -> str:
        async with browsing(cloud) as visitor:
            return await lets_in(visitor, user_code, account)

    with cloud.running(cloud.program(folder, "python", lines), folder) as said:
        user_code = said.readline().split("the code ")[1].split()[0]
        assert "You are signed in" in anyio.run(types, user_code)
        return said.readline().strip()


def name_of(cloud: Cloud, token: str) -> str:
    """Return whose token for Graph it is."""
    me = httpx2.get(
        f"{cloud.origin}/v1.0/me", headers={"authorization": f"Bearer {token}"}, verify=cloud.trust
    )
    return str(me.json()["userPrincipalName"])
