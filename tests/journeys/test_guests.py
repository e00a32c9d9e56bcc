"""A guest is invited on a page, chooses a password by the link, and comes in."""

import re

import pytest

from journeys.administrators import act, administrator, to_admin
from journeys.conftest import NewVisitor
from journeys.steps import everything, is_signed_in, to_password
from proofup.admin import guests
from proofup.audit.events.methods import InvitationRevoked
from proofup.directory.roles import AssignRole, RemoveRole
from proofup.directory.users import SetEnabled, User, UserType
from proofup.policy.roles import GUEST_INVITER
from proofup.policy.rule_choices import Demand, Guard
from proofup.policy.rules import Policy, SetPolicy
from proofup.values.ids import UserId
from proofup.values.messages import Mail
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
ADDRESS, INVITE = "/admin/guests", "/admin/guests/invite"
GUEST = "noor@example.org"
OWN = "seven grey geese fly south"


async def inviting(visitor: Visitor, world: World, role: str = GUEST_INVITER) -> UserId:
    kim = await administrator(world, role=role)
    await to_admin(visitor, world, kim)
    return kim.user.id


async def invite(visitor: Visitor, **typed: str) -> Page:
    await visitor.open(INVITE)
    fields = {"name": "Noor Haddad", "mail": GUEST, "message": "", "landing": "/myapps"}
    form = visitor.page.form(INVITE)
    return await visitor.post(INVITE, {**form.fields, "reason": "a project", **fields, **typed})


async def link(world: World) -> tuple[str, Mail]:
    mails = [one for one in await world.sent() if isinstance(one, Mail)]
    (mail,) = [one for one in mails if "invitation_url" in one.facts]
    return mail.facts["invitation_url"].removeprefix("https://id.contoso.test"), mail


async def guest(world: World) -> User:
    person = await world.store.people.by_name(GUEST)
    assert person
    return person.user


async def accepted(visitor: Visitor, address: str, new: str = OWN) -> Page:
    await visitor.open(address)
    return await visitor.send(address, new=new, again=new)


@pytest.mark.both_engines
async def test_AD14_a_guest_is_invited_and_comes_in(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.store.commit(
        SetPolicy(policy=Policy(demand=Demand.EVERYONE, guard=Guard.INVITATION))
    )
    await inviting(visitor, world)
    page = await invite(visitor, message="See you\r\non Monday <b>", landing="/security-info")
    user = await guest(world)
    assert page.path.startswith(f"/admin/users/{user.id}")
    assert (user.user_type, user.display_name, user.mail) == (UserType.GUEST, "Noor Haddad", GUEST)
    address, mail = await link(world)
    assert (mail.to, mail.template) == (GUEST, "guest-invitation")
    assert mail.facts["message"] == "See you on Monday <b>"
    page = await visitor.open(ADDRESS)
    assert "Noor Haddad" in page.text
    before = await everything(world)
    page = await another_visitor.open(address)
    assert "Accept the invitation" in page.text
    assert await everything(world) == before, "a scanner that opens the link spends nothing"
    page = await another_visitor.send(address, new=OWN, again="another")
    assert "The two are not the same" in page.text
    page = await another_visitor.send(address, new="short", again="short")
    assert "At least 15 characters" in page.text
    page = await another_visitor.send(address, new=OWN, again=OWN)
    assert page.path.startswith("/signin?return=%2Fsecurity-info")
    await another_visitor.send("/signin", username=GUEST)
    page = await another_visitor.send("/signin/password", password=OWN)
    assert page.path.startswith("/proofup"), "and sets up a second proof with the same link"
    assert (await world.target(user.id)).roles == frozenset()


async def test_AD14_a_link_sets_a_password_once(
    world: World, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    await inviting(visitor, world)
    await invite(visitor)
    address, _ = await link(world)
    early, late = new_visitor(), new_visitor()
    await early.open(address)
    await late.open(address)
    await early.send(address, new=OWN, again=OWN)
    page = await late.send(address, new="another flock of geese", again="another flock of geese")
    await to_password(late, name=GUEST)
    page = await late.send("/signin/password", password="another flock of geese")
    assert page.status == 400
    await to_password(early, name=GUEST)
    assert is_signed_in(await early.send("/signin/password", password=OWN))


@pytest.mark.parametrize("how", ["role", "disabled"])
async def test_AD14_an_inviter_who_loses_the_right_voids_it(
    world: World, visitor: Visitor, another_visitor: Visitor, how: str
) -> None:
    kim = await inviting(visitor, world)
    await invite(visitor)
    address, _ = await link(world)
    assert (await another_visitor.open(address)).status == 200
    if how == "role":
        await world.store.commit(RemoveRole(user_id=kim, role=GUEST_INVITER))
    else:
        await world.store.commit(SetEnabled(user_id=kim, enabled=False))
    for page in (await another_visitor.open(address),):
        assert page.status == 410
    if how == "role":
        await world.store.commit(AssignRole(user_id=kim, role=GUEST_INVITER))
        assert (await another_visitor.open(address)).status == 200


async def test_a_link_is_over_after_seven_days(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await inviting(visitor, world)
    await invite(visitor)
    address, _ = await link(world)
    world.later(days=7)
    assert (await another_visitor.open(address)).status == 410


async def test_an_invitation_is_sent_again_and_taken_back(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    kim = await administrator(world)
    await to_admin(visitor, world, kim)
    await invite(visitor)
    first, _ = await link(world)
    target = await world.target((await guest(world)).id)
    page = await act(visitor, target.person, "invite")
    assert "There is a new invitation" in page.text
    second, mail = await link(world)
    assert mail.template == "guest-invitation"
    assert second in page.text
    assert (await another_visitor.open(first)).status == 410
    assert (await another_visitor.open(second)).status == 200
    page = await act(visitor, target.person, "revoke-invitation")
    assert "The invitation is taken back" in page.text
    assert (await another_visitor.open(second)).status == 410
    assert "Noor" not in (await visitor.open(ADDRESS)).text
    (newest, *_) = await world.store.audit.of_user(target.person.user.id, most=1)
    assert isinstance(newest.event, InvitationRevoked)
    assert (await act(visitor, target.person, "revoke-invitation")).status == 409


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mail": "nonsense"}, "That is no mail address"),
        ({"mail": "r\u00f6bin@example.org"}, "That is no mail address"),
        ({"name": " "}, "Type a name"),
        ({"message": "x" * 201}, "at most 200 letters"),
        ({"mail": "kim.larsen@contoso.test"}, "has this user name already"),
    ],
)
async def test_WE2_what_cannot_be_taken_is_named_and_nothing_is_done(
    world: World, visitor: Visitor, typed: dict[str, str], words: str
) -> None:
    await inviting(visitor, world)
    before = await everything(world)
    page = await invite(visitor, **typed)
    assert words in page.text
    assert (await everything(world))["users"] == before["users"]
    assert (await everything(world))["invitations"] == before["invitations"]


async def test_a_landing_that_is_not_ours_is_not_kept(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await inviting(visitor, world)
    await invite(visitor, landing="https://evil.example/")
    address, _ = await link(world)
    page = await accepted(another_visitor, address)
    assert page.path.startswith("/signin?return=%2Fmyapps")


async def test_invitations_are_listed_a_page_at_a_time(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "MOST", 2)
    await inviting(visitor, world)
    for number in range(3):
        await invite(visitor, mail=f"guest.{number}@example.org", name=f"Guest {number}")
        world.later(seconds=1)
    page = await visitor.open(ADDRESS)
    assert "2 shown" in page.text
    (following,) = re.findall(r'href="(/admin/guests\?after=[^"]+)"', page.html)
    page = await visitor.open(following)
    assert "1 shown" in page.text
    assert "Guest 2" in page.text
    for nonsense in ("nonsense", "1.zz", "1e400.00", "9e15.00"):
        assert "2 shown" in (await visitor.open(f"{ADDRESS}?after={nonsense}")).text
