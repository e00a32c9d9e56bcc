"""Texts that nobody answers, and texts that cost too much."""

import pytest

from proofup.audit.events.challenges import SendingStopped
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import prove
from proofup.authentication.session import ActiveSession
from proofup.challenges.brakes import times_met
from proofup.challenges.start import unanswered
from proofup.methods.phone import KIND as PHONE_KIND
from proofup.policy.budgets import Budget
from proofup.policy.conversion import CountryStoppedError, NoteAnswered, NoteSent
from proofup.registration.confirm import Confirmed, confirm
from proofup.registration.pending import Registration
from proofup.registration.propose import ask as ask_candidate
from proofup.registration.propose import propose
from proofup.values.errors import LimitReachedError
from proofup.values.ways import Way
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


async def flood(world: World, *, answered: int = 0) -> None:
    """Let fifty texts go to the country of the phone, some of which are answered."""
    sent = [NoteSent(kind="texts", country="GB", at=world.now)] * 50
    notes = [NoteAnswered(kind="texts", country="GB", sent_at=world.now)] * answered
    await world.store.commit(*sent, *notes)
    world.later(minutes=6)


async def asked(world: World, found: ActiveSession, number: str = PHONE) -> Registration:
    """Let the person of a session type a new number, to which a code then goes."""
    actor = await world.actor(found)
    registration = await propose(
        world.registration, actor, PHONE_KIND, {"number": number}, replaces=None, at=world.now
    )
    await ask_candidate(world.registration, actor, registration, at=world.now)
    return registration


async def test_SM4_a_country_that_answers_nothing_is_sent_nothing_for_an_hour(
    world: World,
) -> None:
    person = await world.person()
    await flood(world)
    found = await world.session(ROBIN)
    for _ in range(2):
        with pytest.raises(CountryStoppedError) as stopped:
            await asked(world, found)
        assert stopped.value.country == "GB"
    assert await world.sent() == []
    log = await world.store.audit.of_user(person.user.id, most=9)
    (entry,) = [entry for entry in log if isinstance(entry.event, SendingStopped)]
    assert entry.event == SendingStopped(kind="texts", country="GB", purpose="registration")
    assert await times_met(world.room, unanswered("texts"), at=world.now) == 1
    world.later(hours=1)
    await asked(world, await world.session(ROBIN))
    assert len(await world.sent()) == 1


async def test_SM4_numbers_that_are_registered_go_on_where_new_ones_are_not_answered(
    world: World,
) -> None:
    await world.person(phone=PHONE)
    await flood(world)
    for _ in range(2):
        _, here = await world.challenged(ROBIN, Way("sms"))
        code = await world.texted_code()
        assert isinstance(await prove(world.sign_in, here, code, at=world.now), Proven)
    (span,) = (await world.store.conversions.of("texts", "GB")).spans
    assert span.sent == 50, "they are not judged either"


async def test_a_country_that_answers_goes_on(world: World) -> None:
    await world.person()
    await flood(world, answered=10)
    await asked(world, await world.session(ROBIN))
    assert len(await world.sent()) == 1


async def test_answers_are_counted_for_the_minute_their_text_was_sent_in(world: World) -> None:
    await world.person()
    found = await world.session(ROBIN)
    registration = await asked(world, found)
    asked_at = world.now
    code = await world.texted_code()
    world.later(minutes=2)
    actor = await world.actor(found)
    outcome = await confirm(
        world.registration, actor, registration, code, sign_out_others=False, at=world.now
    )
    assert isinstance(outcome, Confirmed)
    (span,) = (await world.store.conversions.of("texts", "GB")).spans
    assert (span.number, span.sent, span.answered) == (int(asked_at.timestamp()) // 60, 1, 1)
    assert (await world.store.conversions.of("calls", None)).spans == ()


async def test_an_app_is_no_message(world: World) -> None:
    robin = await world.person(apps=1)
    _, here = await world.challenged(ROBIN)
    code = await world.app_code(robin.user.id)
    assert isinstance(await prove(world.sign_in, here, code, at=world.now), Proven)
    assert (await world.store.conversions.of("texts", "GB")).spans == ()


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (Budget(price=45, spend_per_day=100), "textsSpend"),
        (Budget(price=45, spend_per_day_and_country=100), "textsSpendCountry"),
        (Budget(prices={"GB": 60}, spend_per_day=100), "textsSpend"),
    ],
)
async def test_SM4_what_is_spent_in_a_day_is_bounded(
    world: World, budget: Budget, limit: str
) -> None:
    world.texts = budget
    await world.person(phone=PHONE)
    for _ in range(1 if budget.prices else 2):
        await world.challenged(ROBIN, Way("sms"))
        world.later(seconds=31)
    with pytest.raises(LimitReachedError) as reached:
        await world.challenged(ROBIN, Way("sms"))
    assert reached.value.limit == limit
    world.later(days=1)
    await world.challenged(ROBIN, Way("sms"))


async def test_where_texts_cost_nothing_no_money_is_counted(world: World) -> None:
    world.texts = Budget(price=45, prices={"GB": 0}, spend_per_day=1)
    await world.person(phone=PHONE)
    await world.challenged(ROBIN, Way("sms"))
    assert len(await world.sent()) == 1
