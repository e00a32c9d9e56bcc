"""Changing what is public of somebody."""

import pytest

from administration.conftest import Administrator, actor_of
from proofup.administration.change_profile import change_profile
from proofup.audit.events.accounts import ProfileChanged
from proofup.policy.roles import HELPDESK_ADMINISTRATOR
from proofup.values.errors import (
    InvalidFieldError,
    NameTakenError,
    StaleError,
    UnknownUserError,
)
from proofup.values.messages import Mail
from world import World

pytestmark = pytest.mark.anyio


@pytest.mark.both_engines
async def test_what_is_told_changes_and_the_rest_stays(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person(phone="+44 7700 900067")
    actor, _ = await administrator()
    told = {
        "displayName": "Robin A. Ashby",
        "surname": "",
        "jobTitle": "Boat builder",
        "businessPhones": "+44 20 7946 0018",
        "otherMails": "r@fabrikam.test; ra@fabrikam.test",
        "usageLocation": "DK",
        "userType": "Guest",
    }
    act = change_profile(
        world.administration, actor, await world.target(robin.user.id), told, at=world.now
    )
    changed = await world.carry_out(act)
    assert set(changed) == set(told) - {"surname"} | ({"surname"} if robin.user.surname else set())
    after = await world.target(robin.user.id)
    user = after.person.user
    assert (user.display_name, user.surname, user.usage_location) == ("Robin A. Ashby", None, "DK")
    assert user.details.job_title == "Boat builder"
    assert user.details.other_mails == ("r@fabrikam.test", "ra@fabrikam.test")
    assert (user.mail, user.given_name) == (robin.user.mail, robin.user.given_name)
    assert [one.slot for one in after.held] == ["phone.mobile"]
    (entry, *_) = await world.store.audit.of_user(user.id, most=1)
    assert entry.event == ProfileChanged(properties=", ".join(changed))
    again = change_profile(world.administration, actor, after, told, at=world.now)
    assert (again.changes, again.done) == ((), ())
    assert await world.sent() == []
    gone = change_profile(world.administration, actor, after, {"jobTitle": ""}, at=world.now)
    await world.carry_out(gone)
    assert (await world.target(user.id)).person.user.details.job_title is None


@pytest.mark.both_engines
async def test_a_user_is_renamed_and_a_name_is_not_given_twice(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    other = await world.person("sam@contoso.test")
    actor, _ = await administrator()

    async def rename(name: str) -> None:
        target = await world.target(robin.user.id)
        told = {"userPrincipalName": name}
        await world.carry_out(
            change_profile(world.administration, actor, target, told, at=world.now)
        )

    with pytest.raises(NameTakenError):
        await rename("SAM@contoso.test")
    await rename("Robin.Brook@contoso.test")
    await world.with_password("robin.brook@contoso.test")
    assert await world.store.people.by_name("robin.ashby@contoso.test") is None
    assert await world.store.people.by_name("sam@contoso.test") == other


async def test_the_address_before_is_told_of_another(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    actor, _ = await administrator()
    for mail in ("stranger@example.org", ""):
        target = await world.target(robin.user.id)
        act = change_profile(world.administration, actor, target, {"mail": mail}, at=world.now)
        await world.carry_out(act)
    mails = [one for one in await world.sent() if isinstance(one, Mail)]
    assert [(one.template, one.to) for one in mails] == [
        ("mail-address-changed", "robin@fabrikam.test"),
        ("mail-address-changed", "stranger@example.org"),
    ]
    assert [one.facts["now"] for one in mails] == ["s***@example.org", ""]


async def test_of_two_changes_at_once_one_is_refused(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    actor, _ = await administrator()
    target = await world.target(robin.user.id)
    acts = [
        change_profile(world.administration, actor, target, told, at=world.now)
        for told in ({"jobTitle": "Boat builder"}, {"city": "Esbjerg"})
    ]
    await world.carry_out(acts[0])
    with pytest.raises(StaleError):
        await world.carry_out(acts[1])
    assert (await world.target(robin.user.id)).person.user.details.city is None


async def test_who_may_reset_passwords_changes_contacts_and_nothing_else(
    world: World, administrator: Administrator
) -> None:
    robin = await world.person()
    helper = actor_of(world, await world.person("help@contoso.test"), HELPDESK_ADMINISTRATOR)
    target, ports = await world.target(robin.user.id), world.administration
    assert change_profile(ports, helper, target, {"mobilePhone": "+45 1"}, at=world.now).done
    for told in ({"displayName": "X"}, {"mobilePhone": "+45 1", "mail": "x@example.org"}):
        with pytest.raises(UnknownUserError):
            change_profile(ports, helper, target, told, at=world.now)
    top, _ = await administrator()
    with pytest.raises(UnknownUserError):
        change_profile(ports, helper, await world.target(top.id), {"mobilePhone": ""}, at=world.now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("displayName", " ", "is missing"),
        ("jobTitle", "x" * 129, "longer than 128"),
        ("otherMails", "a@b.test;" * 11, "more than 10"),
        ("otherMails", "nobody", "no mail address"),
        ("employeeId", "line\nbreak", "control characters"),
        ("userPrincipalName", "nobody", "no user name"),
    ],
)
async def test_a_bad_field_is_named(
    world: World, administrator: Administrator, field: str, text: str, problem: str
) -> None:
    robin = await world.person()
    actor, _ = await administrator()
    target = await world.target(robin.user.id)
    with pytest.raises(InvalidFieldError) as refused:
        change_profile(world.administration, actor, target, {field: text}, at=world.now)
    assert refused.value.field == field
    assert problem in refused.value.problem
