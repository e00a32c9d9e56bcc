"""Saving several contacts at once."""

from collections.abc import Mapping

import pytest

from proofup.audit.events.methods import DefaultMethodChanged
from proofup.challenges.call_progress import note_call
from proofup.directory.users import Person
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE, number_of
from proofup.methods.software_oath import KIND as APP
from proofup.policy.proofs import NotFreshError
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.pending import Registration
from proofup.registration.ports import UnusableWayError
from proofup.registration.propose import ask
from proofup.registration.saving import (
    BadContactError,
    ContactNeededError,
    NoContactLeftError,
    Saved,
    Wanted,
    save,
    version_of,
)
from proofup.values.errors import StaleMethodError
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
OLD = "+44 7700 900067"


def typed_as(number: str, *, region: str = "GB", extension: str = "") -> dict[str, str]:
    return {"number": number, "region": region, "extension": extension}


def wanted_of(
    *, default: Way | None, phones: Mapping[str, Mapping[str, str]], apps: bool
) -> Wanted:
    """Return what the page asks for: numbers by slot, and whether apps stay."""
    return Wanted(
        default=default,
        asked=frozenset({MOBILE, ALTERNATE_MOBILE, OFFICE}),
        typed=phones,
        dropped=frozenset() if apps else frozenset({APP}),
    )


SAME = typed_as("7700 900067")
NEW = typed_as("07700 900142")
OTHER = typed_as("07700 900130")
OFFICE_LINE = typed_as("020 7946 0018", extension="204")


async def saved(world: World, wanted: Wanted, *, version: str | None = None) -> Saved:
    """Sign Robin in and save what is wanted."""
    found = await world.session(ROBIN)
    actor = await world.actor(found)
    held = await world.store.methods.of_user(found.person.user.id)
    of_now = version_of(held, found.person.account)
    world.later(seconds=31)
    return await save(world.registration, actor, wanted, version=version or of_now, at=world.now)


async def proven(world: World, registration: Registration) -> Confirmed:
    """Let the candidate of a change answer."""
    world.later(seconds=31)
    found = await world.session(ROBIN)
    actor = await world.actor(found)
    object_of = await world.store.registrations.by_id(registration.id)
    assert object_of
    world.later(seconds=31)
    asked = await ask(world.registration, actor, object_of, at=world.now)
    code = ""
    if registration.way == Way("sms"):
        code = await world.texted_code()
    else:
        assert asked.message_id
        await note_call(world.room, asked.message_id, None, "#", at=world.now)
    outcome = await confirm(
        world.registration, actor, object_of, code, sign_out_others=False, at=world.now
    )
    assert isinstance(outcome, Confirmed), outcome
    return outcome


async def now(world: World, person: Person) -> dict[str, str]:
    """Return what the person has, by slot."""
    held = await world.store.methods.of_user(person.user.id)
    return {one.slot: str(number_of(one)) if one.kind == "phone" else one.kind for one in held}


async def default(world: World, person: Person) -> Way | None:
    found = await world.store.people.by_id(person.user.id)
    assert found
    return found.account.default_way


async def test_SI_07_AUD_04_three_numbers_are_saved_one_after_the_other(world: World) -> None:
    robin = await world.person(phone=OLD, default=Way("sms"))
    wanted = wanted_of(
        default=Way("voiceOffice"),
        phones={MOBILE: NEW, OFFICE: OFFICE_LINE, ALTERNATE_MOBILE: OTHER},
        apps=False,
    )
    outcome = await saved(world, wanted)
    first = outcome.first
    assert first
    assert (first.candidate.slot, first.way, first.default) == (MOBILE, Way("sms"), None)
    assert await now(world, robin) == {MOBILE: "+44 7700900067"}
    await proven(world, first)
    assert first.then
    second = await world.store.registrations.by_id(first.then)
    assert second
    assert (second.candidate.slot, second.way) == (OFFICE, Way("voiceOffice"))
    await proven(world, second)
    assert await default(world, robin) == Way("sms")
    assert second.then
    third = await world.store.registrations.by_id(second.then)
    assert third
    assert (third.default, third.then) == (Way("voiceOffice"), None)
    await proven(world, third)
    assert await now(world, robin) == {
        MOBILE: "+44 7700900142",
        OFFICE: "+44 2079460018X204",
        ALTERNATE_MOBILE: "+44 7700900130",
    }
    assert await default(world, robin) == Way("voiceOffice")
    (entry,) = await world.store.audit.of_user(robin.user.id, most=1)
    assert entry.event == DefaultMethodChanged(was="sms", now="voiceOffice", to="+XX XXXXXXXX18")


async def test_a_number_as_it_was_is_no_change(world: World) -> None:
    robin = await world.person(phone=OLD, default=Way("sms"))
    for number in ("7700 900067", "7700900067", "+447700900067", "+44 7700 900067"):
        typed = typed_as(number)
        outcome = await saved(
            world, wanted_of(default=Way("sms"), phones={MOBILE: typed}, apps=False)
        )
        assert outcome == Saved(first=None, removed=(), default=None)
    assert await now(world, robin) == {MOBILE: "+44 7700900067"}


async def test_VER_02_the_new_number_is_called_where_calls_are_preferred(world: World) -> None:
    await world.person(phone=OLD, default=Way("sms"))
    outcome = await saved(
        world, wanted_of(default=Way("voiceMobile"), phones={MOBILE: NEW}, apps=False)
    )
    assert outcome.first
    assert outcome.first.way == Way("voiceMobile")


async def test_what_is_unticked_goes_at_once_and_the_default_is_set_with_it(world: World) -> None:
    robin = await world.person(phone=OLD, apps=2, default=Way("sms"))
    outcome = await saved(world, wanted_of(default=Way("oath"), phones={}, apps=True))
    assert [one.slot for one in outcome.removed] == [MOBILE]
    assert set(await now(world, robin)) == {"oath.1", "oath.2"}
    assert await default(world, robin) == Way("oath")


async def test_a_default_alone_is_set_at_once(world: World) -> None:
    robin = await world.person(phone=OLD, apps=1, default=Way("sms"))
    outcome = await saved(world, wanted_of(default=Way("oath"), phones={MOBILE: SAME}, apps=True))
    assert (outcome.first, outcome.removed, outcome.default) == (None, (), Way("oath"))
    assert await default(world, robin) == Way("oath")


async def test_without_a_choice_the_default_stays(world: World) -> None:
    robin = await world.person(phone=OLD, apps=1, default=Way("sms"))
    await saved(world, wanted_of(default=None, phones={MOBILE: SAME}, apps=True))
    assert await default(world, robin) == Way("sms")


@pytest.mark.parametrize(
    ("phones", "slot", "reason"),
    [
        ({MOBILE: typed_as("12")}, MOBILE, "too short"),
        ({MOBILE: SAME, ALTERNATE_MOBILE: SAME}, ALTERNATE_MOBILE, "same"),
        ({MOBILE: SAME, OFFICE: typed_as("")}, OFFICE, "empty"),
    ],
)
async def test_RSP_05_a_bad_number_is_named_by_its_line(
    world: World, phones: dict[str, dict[str, str]], slot: str, reason: str
) -> None:
    robin = await world.person(phone=OLD, default=Way("sms"))
    with pytest.raises(BadContactError) as refused:
        await saved(world, wanted_of(default=Way("sms"), phones=phones, apps=False))
    assert (refused.value.slot, refused.value.reason) == (slot, reason)
    assert await now(world, robin) == {MOBILE: "+44 7700900067"}


async def test_a_number_that_may_not_be_asked_is_named_too(world: World) -> None:
    await world.person(phone=OLD, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    with pytest.raises(BadContactError) as refused:
        await saved(
            world,
            wanted_of(default=Way("sms"), phones={MOBILE: SAME, OFFICE: OFFICE_LINE}, apps=False),
        )
    assert (refused.value.slot, refused.value.reason) == (OFFICE, "way")


async def test_a_default_that_is_switched_off_is_refused(world: World) -> None:
    await world.person(phone=OLD, default=Way("sms"))
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("sms")}))))
    with pytest.raises(UnusableWayError):
        await saved(world, wanted_of(default=Way("voiceMobile"), phones={MOBILE: SAME}, apps=False))


@pytest.mark.parametrize("way", [Way("sms"), Way("voiceOffice")])
async def test_PG_07_the_contact_of_the_default_has_to_be_there(world: World, way: Way) -> None:
    await world.person(phone=OLD, apps=1, default=Way("sms"))
    with pytest.raises(ContactNeededError) as refused:
        await saved(world, wanted_of(default=way, phones={}, apps=True))
    assert refused.value.way == way


async def test_PG_07_an_app_has_to_be_there_for_its_codes(world: World) -> None:
    await world.person(phone=OLD, apps=1, default=Way("sms"))
    with pytest.raises(ContactNeededError):
        await saved(world, wanted_of(default=Way("oath"), phones={MOBILE: SAME}, apps=False))


async def test_PG_03_at_least_one_contact_stays(world: World) -> None:
    await world.person(phone=OLD)
    with pytest.raises(NoContactLeftError):
        await saved(world, wanted_of(default=None, phones={}, apps=True))


async def test_PG_08_what_was_changed_elsewhere_is_not_saved_over(world: World) -> None:
    await world.person(phone=OLD)
    with pytest.raises(StaleMethodError):
        await saved(world, wanted_of(default=None, phones={MOBILE: NEW}, apps=True), version="old")


async def test_EN1_taking_away_needs_a_fresh_proof_before_anything_is_begun(world: World) -> None:
    robin = await world.person(phone=OLD, apps=1, default=Way("sms"))
    found = await world.session(ROBIN)
    held = await world.store.methods.of_user(robin.user.id)
    version = version_of(held, found.person.account)
    world.later(minutes=11)
    with pytest.raises(NotFreshError):
        await save(
            world.registration,
            await world.actor(found),
            wanted_of(default=Way("oath"), phones={}, apps=True),
            version=version,
            at=world.now,
        )
    assert len(await world.store.methods.of_user(robin.user.id)) == 2
