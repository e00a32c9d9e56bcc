"""msal for Python, unmodified: every way in which it gets a token."""

import datetime as dt
from pathlib import Path
from typing import Any

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clients.cloud import Account, Cloud
from clients.conftest import BACK
from clients.signing_in import brought, browsing, lets_in
from proofup.tokens.first_party import AZURE_CLI

msal = pytest.importorskip(
    "msal", reason="NOT TESTED WITH MSAL: the group clients is not installed"
)
GRAPH = "https://graph.microsoft.com/.default"
DESK = ("--public", "--native", "http://localhost")


def confidential(told: dict[str, str], **options: Any) -> Any:
    given = {"client_credential": told["clientSecret"], "instance_discovery": False, **options}
    given.setdefault("authority", told["authority"])
    if "oidc_authority" in given:
        del given["authority"]
    return msal.ConfidentialClientApplication(told["clientId"], **given)


@pytest.fixture
def script(trusted: Cloud) -> dict[str, str]:
    told = trusted.application("Nightly script")
    trusted.proofup("app", "grant", told["clientId"], "User.Read.All")
    return told


def test_a_secret_gets_a_token_which_is_cached(script: dict[str, str]) -> None:
    client = confidential(script)
    first = client.acquire_token_for_client([GRAPH])
    assert first["token_type"] == "Bearer", first
    assert client.acquire_token_for_client([GRAPH])["access_token"] == first["access_token"]
    of_issuer = confidential(script, oidc_authority=f"{script['authority']}/v2.0")
    assert "access_token" in of_issuer.acquire_token_for_client([GRAPH])


def test_a_wrong_secret_is_named_by_its_number(script: dict[str, str]) -> None:
    client = confidential(script, client_credential="wrong")
    refused = client.acquire_token_for_client([GRAPH])
    assert (refused["error"], refused["error_codes"]) == ("invalid_client", [7000215])


@pytest.mark.parametrize("with_chain", [False, True])
def test_a_certificate_gets_a_token(
    script: dict[str, str], trusted: Cloud, tmp_path: Path, *, with_chain: bool
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "script")])
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    found = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "script.pem"
    file.write_bytes(found.public_bytes(Encoding.PEM))
    trusted.proofup("app", "certificate", script["clientId"], str(file))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    credential = {"private_key": private}
    if with_chain:
        credential["public_certificate"] = file.read_text()
    else:
        credential["thumbprint"] = found.fingerprint(hashes.SHA1()).hex()  # noqa: S303
    client = confidential(script, client_credential=credential)
    answer = client.acquire_token_for_client([GRAPH])
    assert "access_token" in answer, answer


def test_a_person_signs_in_by_code_and_is_remembered(trusted: Cloud, account: Account) -> None:
    told = trusted.granted("Desk tool", "User.Read", "--delegated", arguments=DESK)
    client = msal.PublicClientApplication(
        told["clientId"], authority=f"{trusted.origin}/organizations", instance_discovery=False
    )
    flow = client.initiate_auth_code_flow(
        ["User.Read"], redirect_uri=BACK, response_mode="form_post"
    )
    back = anyio.run(visits, trusted, flow["auth_uri"], account)
    answer = client.acquire_token_by_auth_code_flow(flow, back)
    assert "access_token" in answer, answer
    (held,) = client.get_accounts()
    assert held["username"] == account.name
    assert held["home_account_id"] == f"{answer['id_token_claims']['oid']}.{told['tenantId']}"
    silent = client.acquire_token_silent(["User.Read"], held)
    assert silent["access_token"] == answer["access_token"]
    fresh = client.acquire_token_silent(["User.Read"], held, force_refresh=True)
    assert fresh["access_token"] != answer["access_token"]


async def visits(cloud: Cloud, address: str, account: Account) -> dict[str, str]:
    async with browsing(cloud) as visitor:
        return await brought(visitor, address, account)


def test_a_person_lets_the_azure_command_line_in_by_a_device_code(
    trusted: Cloud, account: Account
) -> None:
    client = msal.PublicClientApplication(
        AZURE_CLI, authority=f"{trusted.origin}/organizations", instance_discovery=False
    )
    flow = client.initiate_device_flow([f"{trusted.origin}//.default"])
    assert flow["verification_uri"] == f"{trusted.origin}/devicelogin"
    assert "You are signed in" in anyio.run(types, trusted, flow["user_code"], account)
    answer = client.acquire_token_by_device_flow(flow)
    assert "access_token" in answer, answer


async def types(cloud: Cloud, user_code: str, account: Account) -> str:
    async with browsing(cloud) as visitor:
        return await lets_in(visitor, user_code, account)
