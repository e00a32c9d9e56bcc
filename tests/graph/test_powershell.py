"""The requests of the Microsoft.Graph PowerShell module, as its cmdlets send them.

Headers, spellings and bodies are those of ``cmdlets.md`` and of section 5 of ``clients.md``.
"""

from urllib.parse import quote

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from graph.test_users import crowd
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Person
from visitor import ORIGIN
from world import World

pytestmark = pytest.mark.anyio
SCOPES = ("User.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All")
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"
SENT = {
    "sdkversion": "graph-powershell/2.25.0",
    "client-request-id": "6f9619ff-8b86-4d01-b42d-00c04fc964ff",
    "cache-control": "no-store, no-cache",
}
USER = quote("robin.ashby@contoso.test", safe="")
NUMBER = {"phoneNumber": "+1 7748933135", "phoneType": "mobile"}


@pytest.fixture
async def robin(world: World) -> Person:
    return await world.person()


@pytest.fixture
async def kim(world: World, calls: Calls, robin: Person) -> Caller:
    person = await administrator(world, GLOBAL_ADMINISTRATOR)
    return calls(await world.user_token(person, *SCOPES))


@pytest.mark.both_engines
@pytest.mark.parametrize("version", ["v1.0", "beta"])  # Get-Mg… and Get-MgBeta…
async def test_the_cmdlets_of_phones_passwords_and_sessions(
    kim: Caller, world: World, calls: Calls, robin: Person, version: str
) -> None:
    phones = f"/{version}/users/{USER}/authentication/phoneMethods"
    # Get-MgUserAuthenticationPhoneMethod -UserId
    assert (await kim.call("GET", phones, headers=SENT)).items == []
    # New-MgUserAuthenticationPhoneMethod -PhoneNumber "+1 7748933135" -PhoneType mobile
    made = await kim.call("POST", phones, NUMBER, headers=SENT)
    assert (made.status, made.body["id"]) == (201, MOBILE)
    assert made.body["phoneNumber"] == "+1 7748933135"
    # Update-MgUserAuthenticationPhoneMethod -PhoneAuthenticationMethodId
    changed = {"phoneNumber": "+1 7748933136", "phoneType": "mobile"}
    assert (await kim.call("PATCH", f"{phones}/{MOBILE}", changed, headers=SENT)).status == 204
    (phone,) = (await kim.call("GET", phones, headers=SENT)).items
    assert (phone["id"], phone["phoneNumber"]) == (MOBILE, "+1 7748933136")
    # Remove-MgUserAuthenticationPhoneMethod, with -IfMatch as some scripts have it
    gone = await kim.call("DELETE", f"{phones}/{MOBILE}", headers={**SENT, "if-match": "*"})
    assert gone.status == 204
    assert (await kim.call("DELETE", f"{phones}/{MOBILE}", headers=SENT)).status == 404
    assert await world.store.methods.of_user(robin.user.id) == []
    # Reset-MgUserAuthenticationMethodPassword -NewPassword
    reset = f"/{version}/users/{USER}/authentication/methods/{PASSWORD}/resetPassword"
    told = {"newPassword": "a heron on the weir"}
    answered = await kim.call("POST", reset, told, headers=SENT)
    assert answered.status == 202
    followed = await kim.call("GET", answered.headers["location"], headers=SENT)
    assert followed.body["status"] == "succeeded"
    await world.with_password("robin.ashby@contoso.test", password="a heron on the weir")
    # Revoke-MgUserSignInSession -UserId
    own = calls(await world.user_token(robin, "User.Read"))
    revoke = f"/{version}/users/{USER}/revokeSignInSessions"
    assert (await kim.call("POST", revoke, headers=SENT)).body["value"] is True
    assert (await own.get(f"/{version}/me")).status == 401


@pytest.mark.both_engines
async def test_new_mginvitation_mails_a_guest(kim: Caller, world: World) -> None:
    # New-MgInvitation -InvitedUserEmailAddress -InviteRedirectUrl -SendInvitationMessage:$true
    wanted = {
        "invitedUserEmailAddress": "noor@example.org",
        "inviteRedirectUrl": "https://myapplications.microsoft.com",
        "sendInvitationMessage": True,
    }
    made = await kim.call("POST", "/v1.0/invitations", wanted, headers=SENT)
    assert (made.status, made.body["status"]) == (201, "PendingAcceptance")
    assert len(await world.sent()) == 1
    # Get-MgUser -UserId -Property ExternalUserState
    path = f"/v1.0/users/{made.body['invitedUser']['id']}?$select=externalUserState"
    there = await kim.call("GET", path, headers=SENT)
    assert there.body["externalUserState"] == "PendingAcceptance"


async def test_get_mguser_all_pages_through_2500_users(kim: Caller, world: World) -> None:
    await crowd(world, 2498)
    found: list[str] = []
    path = "/v1.0/users?$top=999&$select=id,userPrincipalName"  # -All -PageSize 999
    while path:
        page = await kim.call("GET", path, headers=SENT)
        found += [one["id"] for one in page.items]
        path = page.body.get("@odata.nextLink", "")
    assert len(found) == len(set(found)) == 2500


@pytest.mark.both_engines
async def test_twenty_requests_in_a_batch_in_the_three_forms_of_addresses(
    kim: Caller, robin: Person
) -> None:
    below = f"/users/{USER}/authentication/phoneMethods"
    forms = (below, f"/v1.0{below}", f"{ORIGIN}/v1.0{below}")
    body = {"id": "1", "method": "POST", "url": below, "body": NUMBER}
    first = {**body, "headers": {"Content-Type": "application/json"}}
    others = [
        {"id": str(number), "method": "GET", "url": forms[number % 3], "dependsOn": ["1"]}
        for number in range(2, 21)
    ]
    answered = await kim.call("POST", "/v1.0/$batch", {"requests": [first, *others]}, headers=SENT)
    found = {one["id"]: one for one in answered.body["responses"]}
    assert len(found) == 20
    assert found.pop("1")["status"] == 201
    assert {one["status"] for one in found.values()} == {200}
    assert {one["body"]["value"][0]["id"] for one in found.values()} == {MOBILE}
    assert robin
