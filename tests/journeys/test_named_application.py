"""Who signs in to an application sees its name in the app, and the logs keep it."""

import json

import pytest

from journeys.steps import PHONE, by_text, to_challenge, to_password
from journeys.test_authenticator_app import NewPhone, asked, log, new_phone, number_on, set_up
from journeys.test_code_flow import asks, site
from proofup.audit.events.sign_ins import SignedIn, SignInFailed
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
__all__ = ["new_phone"]  # a fixture


@pytest.mark.both_engines
async def test_the_app_and_the_log_name_the_application_that_sent_a_person(
    world: World, visitor: Visitor, new_phone: NewPhone
) -> None:
    phone, application = new_phone(), await site(world)
    await world.person(phone=PHONE)
    await by_text(visitor, world, start="/security-info")
    await set_up(visitor, phone)
    await visitor.send("/signout")
    page = await asked(visitor)
    assert json.loads((await phone.look())["request"]["shown"])["application"] == ""
    await phone.answer("approve", number_on(page))
    await visitor.send("/signin/challenge")
    await visitor.open("/security-info")
    await visitor.send("/signout")
    page = await to_challenge(visitor, start=asks(world, application))
    if "Enter this number in your app" not in page.text:
        await visitor.open("/signin/options")
        page = await visitor.send("/signin/challenge/send", button=("option", "push"))
    assert json.loads((await phone.look())["request"]["shown"])["application"] == "Staff site"
    await phone.answer("approve", number_on(page))
    await visitor.send("/signin/challenge")
    newest, before = [one for one in await log(world, phone) if isinstance(one, SignedIn)][:2]
    assert (newest.application, newest.name) == (application.id, "Staff site")
    assert (before.application, before.name) == (None, None)


async def test_the_log_names_the_application_of_a_sign_in_that_failed(
    world: World, visitor: Visitor
) -> None:
    application, robin = await site(world), await world.person()
    for start in (asks(world, application), "/signin"):
        await to_password(visitor, start=start)
        await visitor.send("/signin/password", password="not this one")
        await visitor.open("/signin/with/temporaryAccessPass")
        await visitor.send("/signin/with/temporaryAccessPass", code="BCDFGHJK")
        await visitor.open("/signin")
    found = await world.store.audit.of_user(robin.user.id, most=9)
    told = [one.event for one in found if isinstance(one.event, SignInFailed)]
    assert [one.because for one in told] == ["wrong", "wrongPassword"] * 2
    sent, by_themselves = (application.id, "Staff site"), (None, None)
    assert [(one.application, one.name) for one in told] == [*[by_themselves] * 2, *[sent] * 2]
