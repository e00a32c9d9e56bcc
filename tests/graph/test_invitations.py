"""Guests are invited: the link, the mail, and who may."""

from typing import Any

import pytest

from graph.caller import Caller
from graph.conftest import Calls, administrator
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, AssignRole
from proofup.directory.users import Person, SetEnabled, UserType
from proofup.policy.roles import GUEST_INVITER, HELPDESK_ADMINISTRATOR
from proofup.registration.inviting import accept, invited
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId, UserId
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from world import HOME, World

pytestmark = pytest.mark.anyio
PATH = "/v1.0/invitations"
NOOR = "noor@example.org"
NEW = Secret("seven grey geese fly south")
LINK = "https://id.contoso.test/invitation/"
WANTED: dict[str, Any] = {
    "invitedUserEmailAddress": NOOR,
    "inviteRedirectUrl": "https://myapps.microsoft.com",
}


@pytest.fixture
async def inviter(world: World, calls: Calls) -> Caller:
    """Give somebody who may invite guests, and nothing else."""
    kim = await administrator(world, GUEST_INVITER)
    return calls(await world.user_token(kim, "User.Invite.All", "User.Read.All"))


async def accepts(world: World, url: str) -> Person:
    """Choose a password by the link of an invitation."""
    found = await accept(
        world.registration,
        url.removeprefix(LINK),
        NEW,
        client=HOME,
        correlation_id=CorrelationId("c"),
        at=world.now,
    )
    return found.person


async def state_of(caller: Caller, user_id: str) -> object:
    """Return what both ways to read a user tell of the invitation."""
    one = await caller.get(f"/v1.0/users/{user_id}?$select=id,externalUserState")
    every = await caller.get("/v1.0/users?$select=id,externalUserState")
    listed = {user["id"]: user["externalUserState"] for user in every.items}
    assert listed[user_id] == one.body["externalUserState"]
    return one.body["externalUserState"]


async def test_a_guest_is_there_at_once_and_accepts_by_the_link(
    inviter: Caller, world: World
) -> None:
    made = await inviter.post(PATH, WANTED)
    assert made.status == 201, made.text
    assert made.body["status"] == "PendingAcceptance"
    assert made.body["invitedUserType"] == "Guest"
    assert made.body["invitedUserDisplayName"] == "noor"
    assert made.body["inviteRedirectUrl"] == WANTED["inviteRedirectUrl"]
    assert made.body["sendInvitationMessage"] is False
    assert await world.sent() == []
    user_id = made.body["invitedUser"]["id"]
    assert await state_of(inviter, user_id) == "PendingAcceptance"
    person = await accepts(world, made.body["inviteRedeemUrl"])
    assert (person.user.id, person.user.user_type) == (user_id, UserType.GUEST)
    assert await state_of(inviter, user_id) == "Accepted"
    kim = await inviter.get("/v1.0/me?$select=externalUserState")
    assert kim.body["externalUserState"] is None
    again = await inviter.post(PATH, WANTED)
    assert (again.status, again.body["status"]) == (201, "Completed")
    assert again.body["inviteRedeemUrl"] is None
    assert again.body["invitedUser"]["id"] == user_id


async def test_the_mail_says_who_invites_and_what_they_wrote(inviter: Caller, world: World) -> None:
    told = {
        **WANTED,
        "invitedUserDisplayName": "Noor Haddad",
        "inviteRedirectUrl": "https://id.contoso.test/security-info",
        "sendInvitationMessage": True,
        "invitedUserMessageInfo": {
            "customizedMessageBody": "Welcome,\n Noor",
            "messageLanguage": "de-DE",
        },
    }
    made = await inviter.post(PATH, told)
    assert made.status == 201, made.text
    assert made.body["sendInvitationMessage"] is True
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.to == NOOR
    assert mail.facts["message"] == "Welcome, Noor"
    assert mail.facts["inviter"] == "Robin Ashby"
    assert mail.facts["invitation_url"] == made.body["inviteRedeemUrl"]
    token = made.body["inviteRedeemUrl"].removeprefix(LINK)
    found = await invited(world.registration, token, at=world.now)
    assert found.invitation.lands_at == "/security-info"
    assert found.person.user.preferred_language == "de-DE"


async def test_who_is_invited_again_has_a_new_link_and_the_one_before_is_void(
    inviter: Caller, world: World
) -> None:
    first = await inviter.post(PATH, WANTED)
    spelled = f" Noor <{NOOR.upper()}>; "
    second = await inviter.post(PATH, {**WANTED, "invitedUserEmailAddress": spelled})
    assert second.status == 201, second.text
    assert second.body["invitedUser"] == first.body["invitedUser"]
    with pytest.raises(AlreadySpentError):
        await accepts(world, first.body["inviteRedeemUrl"])
    by_id = {**WANTED, "invitedUserEmailAddress": first.body["invitedUser"]["id"]}
    assert (await inviter.post(PATH, by_id)).status == 400
    await accepts(world, second.body["inviteRedeemUrl"])


async def test_AD14_no_new_link_is_made_to_a_guest_with_a_role_by_a_lower_one(
    inviter: Caller, world: World, calls: Calls
) -> None:
    made = await inviter.post(PATH, WANTED)
    guest = UserId(made.body["invitedUser"]["id"])
    await world.store.commit(AssignRole(user_id=guest, role=GLOBAL_ADMINISTRATOR))
    refused = await inviter.post(PATH, WANTED)
    assert refused.status == 403
    program = calls(await world.app_token("User.Invite.All"))
    assert (await program.post(PATH, WANTED)).status == 403
    assert (await accepts(world, made.body["inviteRedeemUrl"])).user.id == guest


async def test_a_program_invites_by_its_permission_and_the_organisation_is_named(
    world: World, calls: Calls
) -> None:
    program = calls(await world.app_token("User.Invite.All"))
    made = await program.post(PATH, {**WANTED, "sendInvitationMessage": True})
    assert made.status == 201, made.text
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.facts["inviter"] == ""
    reader = calls(await world.app_token("User.Read.All"))
    assert (await reader.post(PATH, WANTED)).status == 403


async def test_whoever_may_not_add_guests_invites_nobody(world: World, calls: Calls) -> None:
    kim = await administrator(world, HELPDESK_ADMINISTRATOR)
    caller = calls(await world.user_token(kim, "User.Invite.All"))
    assert (await caller.post(PATH, WANTED)).status == 403
    assert await world.store.people.by_name(NOOR) is None


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"invitedUserEmailAddress": "noor at example.org"}, "invitedUserEmailAddress"),
        ({"invitedUserEmailAddress": "noor@ex\u0430mple.org"}, "invitedUserEmailAddress"),
        ({"inviteRedirectUrl": "myapps"}, "inviteRedirectUrl"),
        ({"inviteRedirectUrl": "javascript:alert(1)"}, "inviteRedirectUrl"),
        ({"inviteRedirectUrl": f"https://id.contoso.test/{'x' * 2048}"}, "inviteRedirectUrl"),
        ({"inviteRedirectUrl": "https://[x"}, "inviteRedirectUrl"),
        ({"invitedUserType": "Member"}, "invitedUserType"),
        ({"resetRedemption": True}, "resetRedemption"),
        ({"invitedUserSponsors": [{"id": "x"}]}, "invitedUserSponsors"),
        ({"invitedUserMessageInfo": {"ccRecipients": [{}]}}, "ccRecipients"),
        ({"invitedUserMessageInfo": {"messageLanguage": "?"}}, "messageLanguage"),
        ({"invitedUserMessageInfo": {"customizedMessageBody": "x" * 201}}, "customizedMessageBody"),
        ({"invitedUserDisplayName": "\x00"}, "displayName"),
    ],
)
async def test_what_cannot_be_taken_is_named_and_nobody_is_added(
    inviter: Caller, world: World, told: dict[str, object], name: str
) -> None:
    refused = await inviter.post(PATH, {**WANTED, **told})
    assert refused.status == 400, refused.text
    assert name in refused.message
    assert await world.store.people.by_name(NOOR) is None


async def test_a_guest_whose_account_is_disabled_gets_no_link(
    inviter: Caller, world: World
) -> None:
    made = await inviter.post(PATH, WANTED)
    guest = UserId(made.body["invitedUser"]["id"])
    await world.store.commit(SetEnabled(user_id=guest, enabled=False))
    refused = await inviter.post(PATH, WANTED)
    assert refused.status == 400
    assert "disabled" in refused.message


async def test_a_member_is_not_invited(inviter: Caller, world: World) -> None:
    await world.person(NOOR)
    refused = await inviter.post(PATH, WANTED)
    assert refused.status == 400
    assert "member" in refused.message
