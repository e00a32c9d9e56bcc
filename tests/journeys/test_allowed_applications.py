"""What applications may do for a person: they see it, and withdraw it."""

import pytest

from journeys.test_code_flow import (
    asked,
    asks,
    brought,
    code_of,
    exchanged,
    opens,
    shown,
    signed_in,
    site,
    token,
)
from proofup.administration.applications.registering import delete_application
from proofup.granting.bearer import TokenRefusedError
from proofup.tokens.consent import SetConsent
from proofup.tokens.first_party import AZURE_CLI
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
ADDRESS = "/myapps/permissions"


@pytest.mark.both_engines
async def test_a_person_withdraws_what_they_allowed(world: World, visitor: Visitor) -> None:
    robin = await signed_in(world, visitor)
    assert "No application acts for you" in (await visitor.open(ADDRESS)).text
    application = await site(world, consented=frozenset())
    page = await visitor.open(asks(world, application))
    await visitor.send(asked(page).action, button=("answer", "allow"))
    code = await code_of(world, visitor, application)
    tokens = (await exchanged(world, visitor, application, code)).json()
    page = await visitor.open(ADDRESS)
    assert "Staff site" in page.text
    assert "user.read" in page.text
    withdraw = f"{ADDRESS}/{application.id}/withdraw"
    page = await visitor.send(withdraw)
    assert page.path == f"{ADDRESS}?done"
    assert "Staff site" not in page.text
    with pytest.raises(TokenRefusedError):
        await shown(world, tokens["access_token"])
    again = await token(
        world,
        visitor,
        application,
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
    )
    assert again.json()["error"] == "invalid_grant"
    silent = await opens(visitor, asks(world, application, prompt="none"))
    assert brought(silent)["error"] == "consent_required"
    entries = await world.store.audit.of_user(robin.user.id, most=5)
    assert {"consentGiven", "consentWithdrawn"} <= {one.event.word for one in entries}


async def test_a_command_line_is_listed_while_its_tokens_are_good(
    world: World, visitor: Visitor
) -> None:
    robin = await signed_in(world, visitor)
    await world.user_token(robin, "User.Read")
    page = await visitor.open(ADDRESS)
    assert "Microsoft Azure CLI" in page.text
    withdraw = f"{ADDRESS}/{AZURE_CLI}/withdraw"
    form = visitor.page.form(withdraw)
    await visitor.post(withdraw, form.fields)
    page = await visitor.post(withdraw, form.fields)  # pressed twice
    assert page.path == ADDRESS
    assert "No application acts for you" in page.text


async def test_of_several_applications_one_is_withdrawn_and_a_deleted_one_is_not_listed(
    world: World, visitor: Visitor
) -> None:
    robin = await signed_in(world, visitor)
    named = [await world.application(name=f"Site {number}") for number in range(4)]
    for one in named:
        allowed = SetConsent(
            user_id=robin.user.id, application_id=one.id, scopes=frozenset({"user.read"})
        )
        await world.store.commit(allowed)
    await world.carry_out(delete_application(world.host, named[0], at=world.now))
    page = await visitor.open(ADDRESS)
    assert "Site 0" not in page.text
    page = await visitor.send(f"{ADDRESS}/{named[3].id}/withdraw")
    assert "Site 2" in page.text
    assert "Site 3" not in page.text
