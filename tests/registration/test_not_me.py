"""Whoever says "this wasn't me" has back what they had; what the stranger added opens nothing."""

import pytest
from msgspec.structs import replace

from outrun import outrun
from proofup.administration.release_changes import release_changes
from proofup.administration.reset_methods import reset_methods
from proofup.audit.events.methods import NotMeReported
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.session import ActiveSession
from proofup.methods.phone import KIND as PHONE
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.not_me import linked, report_by_link
from proofup.registration.propose import ask as ask_candidate
from proofup.registration.propose import propose
from proofup.registration.recovery import make_codes
from proofup.registration.remove import remove
from proofup.values.errors import AlreadySpentError, StaleMethodError
from proofup.values.messages import Mail, Text
from world import ELSEWHERE, SIX_DIGITS, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
OLD = "+44 7700 900067"
NEW = "+44 7700 900142"
NEWER = "+44 7700 900199"
ADDRESS = "https://id.contoso.test/not-me/"


@pytest.fixture
async def robin(world: World) -> ActiveSession:
    await world.person(phone=OLD)
    found = await world.session(ROBIN)
    world.later(minutes=1)
    return found


async def methods(world: World, found: ActiveSession) -> list[str]:
    held = await world.store.methods.of_user(found.session.user_id)
    return [world.catalogue.describe(method).masked for method in held]


async def link_of(world: World) -> str:
    """Return the token of the link in the newest mail."""
    mails = [one for one in await world.sent() if isinstance(one, Mail)]
    return mails[-1].facts["not_me_url"].removeprefix(ADDRESS)


async def change(world: World, found: ActiveSession, number: str) -> str:
    """Put ``number`` in the place of the phone, and return the token of the notice's link."""
    (old,) = await world.store.methods.of_user(found.session.user_id)
    actor = await world.actor(found)
    typed = {"number": number, "region": "GB"}
    registration = await propose(
        world.registration, actor, PHONE, typed, replaces=old.id, at=world.now
    )
    await ask_candidate(world.registration, actor, registration, at=world.now)
    code = await world.texted_code()
    outcome = await confirm(
        world.registration, actor, registration, code, sign_out_others=False, at=world.now
    )
    assert isinstance(outcome, Confirmed), outcome
    world.later(seconds=45)
    return await link_of(world)


async def report(world: World, token: str) -> None:
    await report_by_link(world.registration, token, client=ELSEWHERE, language="en", at=world.now)


@pytest.mark.both_engines
async def test_the_owner_signs_in_by_the_phone_that_the_stranger_replaced(
    world: World, robin: ActiveSession
) -> None:
    token = await change(world, robin, NEW)
    assert await methods(world, robin) == ["+XX XXXXXXXX42"]
    told = await linked(world.registration, token, at=world.now)
    assert [one.masked for one in told.undoing.back] == ["+XX XXXXXXXX67"]
    await report(world, token)
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]
    (log,) = await world.store.audit.of_user(robin.session.user_id, most=1)
    assert log.event == NotMeReported(
        by="link", gone="phone +XX XXXXXXXX42", back="phone +XX XXXXXXXX67"
    )
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.facts["gone"], mail.facts["back"]) == (log.event.gone, log.event.back)
    _, here = await world.with_password(ROBIN)
    await ask(world.sign_in, here, None, at=world.now)
    (text,) = [one for one in await world.sent() if isinstance(one, Text)]
    assert str(text.to) == "+44 7700900067"
    code = "".join(SIX_DIGITS.findall(text.body.reveal())[0])
    assert isinstance(await prove(world.sign_in, here, code, at=world.now), Proven)


async def test_the_link_of_the_first_change_undoes_those_that_followed(
    world: World, robin: ActiveSession
) -> None:
    first = await change(world, robin, NEW)
    await change(world, robin, NEWER)
    await report(world, first)
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]


async def test_the_link_of_a_later_change_leaves_the_earlier_one(
    world: World, robin: ActiveSession
) -> None:
    await change(world, robin, NEW)
    later = await change(world, robin, NEWER)
    await report(world, later)
    assert await methods(world, robin) == ["+XX XXXXXXXX42"]


async def test_a_method_that_was_removed_comes_back(world: World, robin: ActiveSession) -> None:
    (phone,) = await world.store.methods.of_user(robin.session.user_id)
    await remove(world.registration, await world.actor(robin), phone.id, at=world.now)
    token = await link_of(world)
    assert await methods(world, robin) == []
    await report(world, token)
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]
    assert (await world.again(robin)).person.account.default_way == "sms"


async def test_recovery_codes_that_the_stranger_made_are_void(
    world: World, robin: ActiveSession
) -> None:
    await make_codes(world.registration, await world.actor(robin), at=world.now)
    token = await link_of(world)
    assert await world.codes_left(robin.session.user_id) == 10
    await report(world, token)
    assert await world.codes_left(robin.session.user_id) == 0
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]


async def test_links_of_before_a_release_are_dead(world: World, robin: ActiveSession) -> None:
    first = await change(world, robin, NEW)
    second = await change(world, robin, NEWER)
    await report(world, first)
    target = await world.target(robin.session.user_id)
    assert await world.carry_out(release_changes(world.host, target, at=world.now))
    with pytest.raises(AlreadySpentError):
        await linked(world.registration, second, at=world.now)
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]


async def test_what_the_help_desk_has_reset_is_not_brought_back_by_a_link(
    world: World, robin: ActiveSession
) -> None:
    token = await change(world, robin, NEW)
    target = await world.target(robin.session.user_id)
    await world.carry_out(
        reset_methods(world.administration, world.host, target, "lost", at=world.now)
    )
    with pytest.raises(AlreadySpentError):
        await report(world, token)
    assert await methods(world, robin) == []


async def test_a_change_that_slips_in_is_undone_too(world: World, robin: ActiveSession) -> None:
    token = await change(world, robin, NEW)
    ports = world.registration
    late = replace(ports, room=outrun(ports.room, by=StaleMethodError()))
    await report_by_link(late, token, client=ELSEWHERE, language="en", at=world.now)
    assert await methods(world, robin) == ["+XX XXXXXXXX67"]
