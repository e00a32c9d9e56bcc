"""Apps are added and removed, the default is changed, and somebody says that it was not them."""

import base64

import pytest
from msgspec.structs import replace

from proofup.audit.events.event import Event
from proofup.audit.events.methods import DefaultMethodChanged, MethodRemoved, NotMeReported
from proofup.authentication.second_proof import prove
from proofup.authentication.session import ActiveSession
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.organisation import Organisation
from proofup.methods.registered_methods import RegisteredMethod
from proofup.methods.software_oath import KIND as OATH
from proofup.methods.time_based_code import hotp
from proofup.notices.link import VALID
from proofup.policy.proofs import NotFreshError
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.default import set_default
from proofup.registration.not_me import linked, report_by_link, report_in_session
from proofup.registration.ports import ChangesHeldError, UnusableWayError
from proofup.registration.propose import ask, propose
from proofup.registration.remove import Removed, remove
from proofup.values.errors import AlreadySpentError, SlotTakenError, StaleMethodError
from proofup.values.ids import MethodId, UserId
from proofup.values.messages import Mail, Text
from proofup.values.ways import Way
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def added(
    world: World, found: ActiveSession, name: str = "Robin's Pixel"
) -> RegisteredMethod:
    """Add an app by the code it shows, and return it as stored."""
    actor = await world.actor(found)
    registration = await propose(
        world.registration, actor, OATH, {"displayName": name}, replaces=None, at=world.now
    )
    await ask(world.registration, actor, registration, at=world.now)
    code = shown(world, registration.candidate)
    outcome = await confirm(
        world.registration, actor, registration, code, sign_out_others=False, at=world.now
    )
    assert isinstance(outcome, Confirmed), outcome
    held = await world.store.methods.of_user(found.session.user_id)
    return next(method for method in held if method.id == registration.candidate.id)


def shown(world: World, candidate: RegisteredMethod) -> str:
    """Return the code that an app with the candidate's key shows now."""
    key = world.catalogue.registrable[candidate.kind].provisioning(candidate, account=ROBIN)
    assert key
    secret = base64.b32decode(key.secret.reveal())
    return hotp(secret, int(world.now.timestamp()) // 30)


async def held(world: World, user_id: UserId) -> list[str]:
    return sorted(method.slot for method in await world.store.methods.of_user(user_id))


@pytest.fixture
async def robin(world: World) -> ActiveSession:
    await world.person(phone=PHONE)
    found = await world.session(ROBIN)
    world.later(minutes=1)
    return found


async def test_VER_06_an_app_counts_once_its_code_was_typed(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    assert world.catalogue.of(app).describe(app).full == "Robin's Pixel"
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.template == "method-added"
    assert mail.facts["kind"] == "softwareOath"


async def test_OT4_the_code_that_registers_an_app_is_used_up_by_that(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    code = shown(world, app)
    _, here = await world.challenged(ROBIN, Way("oath"))
    outcome = await prove(world.sign_in, here, code, at=world.now)
    assert isinstance(outcome, Refused)
    assert outcome.because is Refusal.ALREADY_USED


async def test_RSP_09_there_are_five_apps_at_the_most(world: World, robin: ActiveSession) -> None:
    for _ in range(5):
        await added(world, robin)
    with pytest.raises(SlotTakenError):
        await added(world, robin)
    assert len(await held(world, robin.session.user_id)) == 6


async def test_EN3_the_first_method_needs_a_fresh_password(world: World) -> None:
    await world.person()
    found = await world.session(ROBIN)
    world.later(minutes=10)
    with pytest.raises(NotFreshError) as refused:
        await added(world, found)
    assert refused.value.proven_at == found.session.proofs.first_at
    fresh = replace(
        found,
        session=replace(found.session, proofs=replace(found.session.proofs, first_at=world.now)),
    )
    await added(world, fresh)
    assert await held(world, found.session.user_id) == ["oath.1"]


@pytest.mark.both_engines
async def test_two_apps_proposed_for_one_place_both_get_one_while_there_is_room(
    world: World, robin: ActiveSession
) -> None:
    actor = await world.actor(robin)
    first, second = [
        await propose(world.registration, actor, OATH, {}, replaces=None, at=world.now)
        for _ in range(2)
    ]
    for registration in (first, second):
        await ask(world.registration, actor, registration, at=world.now)
    code = shown(world, first.candidate)
    await confirm(world.registration, actor, first, code, sign_out_others=False, at=world.now)
    code = shown(world, second.candidate)
    await confirm(world.registration, actor, second, code, sign_out_others=False, at=world.now)
    assert await held(world, robin.session.user_id) == ["oath.1", "oath.2", "phone.mobile"]


async def test_a_method_that_its_owner_does_not_change_is_not_replaced(world: World) -> None:
    robin = await world.person(apps=1)
    actor = await world.actor(await world.session(ROBIN))
    (app,) = await world.store.methods.of_user(robin.user.id)
    with pytest.raises(UnusableWayError):
        await propose(world.registration, actor, OATH, {}, replaces=app.id, at=world.now)


async def test_ACT_03_deleting_takes_the_method_away_and_tells(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    await world.sent()
    removed = await remove(world.registration, await world.actor(robin), app.id, at=world.now)
    assert isinstance(removed, Removed)
    assert (removed.left, removed.told) == (1, "robin@fabrikam.test")
    assert await held(world, robin.session.user_id) == ["phone.mobile"]
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert mail.template == "method-removed"


async def test_a_number_that_was_deleted_is_told_by_text(
    world: World, robin: ActiveSession
) -> None:
    await added(world, robin)
    await world.sent()
    (phone,) = [
        method
        for method in await world.store.methods.of_user(robin.session.user_id)
        if method.kind == "phone"
    ]
    await remove(world.registration, await world.actor(robin), phone.id, at=world.now)
    assert {type(one) for one in await world.sent()} == {Text, Mail}


async def test_EN5_a_removal_ends_every_other_session(world: World, robin: ActiveSession) -> None:
    other = await world.session(ROBIN, client=ELSEWHERE)
    app = await added(world, robin)
    await remove(world.registration, await world.actor(robin), app.id, at=world.now)
    mine = await world.store.sessions.by_token(robin.session.token_digest)
    theirs = await world.store.sessions.by_token(other.session.token_digest)
    assert mine
    assert mine.session.epoch == mine.person.account.epoch
    assert theirs is None or theirs.session.epoch != theirs.person.account.epoch


async def test_ACT_04_the_default_moves_on_when_its_method_goes(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    await set_default(world.registration, await world.actor(robin), Way("oath"), at=world.now)
    removed = await remove(world.registration, await world.actor(robin), app.id, at=world.now)
    assert removed.default == Way("sms")
    person = await world.store.people.by_name(ROBIN)
    assert person
    assert person.account.default_way == Way("sms")


async def test_EN4_the_last_method_goes_with_a_proof_of_the_last_five_minutes(
    world: World, robin: ActiveSession
) -> None:
    (phone,) = await world.store.methods.of_user(robin.session.user_id)
    world.later(minutes=4)
    with pytest.raises(NotFreshError):
        await remove(world.registration, await world.actor(robin), phone.id, at=world.now)
    fresh = replace(
        robin,
        session=replace(robin.session, proofs=replace(robin.session.proofs, second_at=world.now)),
    )
    removed = await remove(world.registration, await world.actor(fresh), phone.id, at=world.now)
    assert (removed.left, removed.default) == (0, None)


async def test_EN8_what_is_not_ones_own_is_not_there(world: World, robin: ActiveSession) -> None:
    ines = await world.person("ines.costa@contoso.test", phone="+351 912 345 678")
    (theirs,) = await world.store.methods.of_user(ines.user.id)
    for method_id in (theirs.id, MethodId("never")):
        with pytest.raises(StaleMethodError):
            await remove(world.registration, await world.actor(robin), method_id, at=world.now)


async def test_VOC_05_the_default_is_a_way_the_person_has(
    world: World, robin: ActiveSession
) -> None:
    with pytest.raises(UnusableWayError):
        await set_default(world.registration, await world.actor(robin), Way("oath"), at=world.now)
    await added(world, robin)
    await world.sent()
    await set_default(world.registration, await world.actor(robin), Way("oath"), at=world.now)
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.template, mail.facts["now"]) == ("default-changed", "oath")
    world.later(minutes=10)
    with pytest.raises(NotFreshError):
        await set_default(world.registration, await world.actor(robin), Way("sms"), at=world.now)


async def newest(world: World, found: ActiveSession, event: type[Event]) -> dict[str, str]:
    """Return the details of the newest entry, which has to be of ``event``."""
    (entry,) = await world.store.audit.of_user(found.person.user.id, most=1)
    assert (type(entry.event), entry.actor) == (event, found.person.user.id)
    return dict(entry.event.facts)


async def test_AUD_04_MSK_02_a_change_of_default_is_written_down_with_its_number_masked(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    await set_default(world.registration, await world.actor(robin), Way("oath"), at=world.now)
    details = await newest(world, robin, DefaultMethodChanged)
    assert details == {"was": "sms", "now": "oath", "to": ""}
    await set_default(world.registration, await world.actor(robin), Way("sms"), at=world.now)
    details = await newest(world, robin, DefaultMethodChanged)
    assert details == {"was": "oath", "now": "sms", "to": "+XX XXXXXXXX67"}
    await remove(world.registration, await world.actor(robin), app.id, at=world.now)
    await newest(world, robin, MethodRemoved)  # the default stays, and nothing is said of it


async def test_AUD_04_a_default_that_moves_with_its_method_is_written_down(
    world: World, robin: ActiveSession
) -> None:
    app = await added(world, robin)
    await set_default(world.registration, await world.actor(robin), Way("oath"), at=world.now)
    await remove(world.registration, await world.actor(robin), app.id, at=world.now)
    details = await newest(world, robin, DefaultMethodChanged)
    assert details == {"was": "oath", "now": "sms", "to": "+XX XXXXXXXX67"}
    world.later(seconds=31)
    robin = await world.session(ROBIN)
    (phone,) = await world.store.methods.of_user(robin.session.user_id)
    await remove(world.registration, await world.actor(robin), phone.id, at=world.now)
    await newest(world, robin, MethodRemoved)  # none is left to be asked for


async def changed(world: World, found: ActiveSession) -> str:
    """Make a change and return the token of the link that its notice carries."""
    await added(world, found)
    (mail,) = [one for one in await world.sent() if isinstance(one, Mail)]
    return mail.facts["not_me_url"].removeprefix("https://id.contoso.test/not-me/")


async def test_not_me_ends_every_session_and_holds_further_change(
    world: World, robin: ActiveSession
) -> None:
    token = await changed(world, robin)
    found = await linked(world.registration, token, at=world.now)
    assert found.link.user_id == found.person.user.id == robin.session.user_id
    await report_by_link(world.registration, token, client=ELSEWHERE, language="en", at=world.now)
    after = await world.again(robin)
    assert after.person.account.epoch == robin.person.account.epoch + 1
    with pytest.raises(ChangesHeldError):
        await added(world, after)
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.to, mail.template) == ("desk@contoso.test", "not-me-reported")
    (newest,) = await world.store.audit.of_user(found.person.user.id, most=1)
    assert newest.event == NotMeReported(by="link", gone="softwareOath Robin's Pixel")


async def test_RC5_the_link_of_a_notice_works_once_and_seven_days_from_when_its_mail_may_be_sent(
    world: World, robin: ActiveSession
) -> None:
    token = await changed(world, robin)
    with pytest.raises(AlreadySpentError):
        await linked(world.registration, token, at=world.now + VALID)
    await report_by_link(world.registration, token, client=ELSEWHERE, language="en", at=world.now)
    with pytest.raises(AlreadySpentError):
        await report_by_link(
            world.registration, token, client=ELSEWHERE, language="en", at=world.now
        )
    with pytest.raises(AlreadySpentError):
        await linked(world.registration, "no such token", at=world.now)


async def test_a_link_of_somebody_deleted_is_over(world: World, robin: ActiveSession) -> None:
    token = await changed(world, robin)

    class Nobody:
        async def of(self, _: UserId) -> None:
            return None

    ports = replace(world.registration, subscribers=Nobody())
    with pytest.raises(AlreadySpentError):
        await linked(ports, token, at=world.now)


async def test_not_me_from_the_page_itself_works_without_a_help_desk_address(
    world: World, robin: ActiveSession
) -> None:
    world.organisation = Organisation(name="Contoso")
    await report_in_session(world.registration, await world.actor(robin), at=world.now)
    after = await world.again(robin)
    assert after.person.account.changes_held_at == world.now
    assert await world.sent() == []


async def test_a_farewell_without_a_help_desk_number_still_says_what_to_do(
    world: World, robin: ActiveSession
) -> None:
    world.organisation = Organisation(name="Contoso")
    (phone,) = await world.store.methods.of_user(robin.session.user_id)
    await remove(world.registration, await world.actor(robin), phone.id, at=world.now)
    (text,) = [one for one in await world.sent() if isinstance(one, Text)]
    assert "Tell your help desk at once" in text.body.reveal()


async def test_adding_an_app_leaves_what_is_asked_for_first(
    world: World, robin: ActiveSession
) -> None:
    await added(world, robin)
    person = await world.store.people.by_name(ROBIN)
    assert person
    assert person.account.default_way == Way("sms")
    await added(world, robin)
    assert (await world.again(robin)).person.account.default_way == Way("sms")


async def test_the_first_method_is_the_default(world: World) -> None:
    await world.person()
    found = await world.session(ROBIN)
    await added(world, found)
    assert (await world.again(found)).person.account.default_way == Way("oath")
