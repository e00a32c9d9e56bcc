import anyio
import pytest

from proofup.audit.events.challenges import ChallengeFailed
from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Proven
from proofup.authentication.second_proof import ProofOutcome, ask, prove
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import RaiseEpoch
from proofup.methods.registered_methods import RemoveMethod
from proofup.policy import figures
from proofup.policy.limits import Limit
from proofup.values.errors import RevokedError
from proofup.values.ways import Way
from world import ELSEWHERE, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"


def because(outcome: ProofOutcome) -> Refusal:
    assert isinstance(outcome, Refused), outcome
    return outcome.because


async def give(world: World, here: Standing, code: str) -> ProofOutcome:
    return await prove(world.sign_in, here, code, at=world.now)


async def test_a_right_code_gives_the_sign_in_its_second_proof(world: World) -> None:
    await world.person(phone=PHONE)
    token, here = await world.challenged(ROBIN)
    outcome = await give(world, here, await world.texted_code())
    assert isinstance(outcome, Proven)
    there = await stand(world.sign_in, token, at=world.now)
    assert there.step is Step.FINISHED
    assert there.sign_in
    assert there.sign_in.proofs.second_way == Way("sms")


async def test_SMS_04_a_code_works_once(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    assert isinstance(await give(world, here, code), Proven)
    assert because(await give(world, here, code)) is Refusal.ALREADY_USED


async def test_a_wrong_code_is_counted_down_and_then_the_challenge_is_dead(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    wrong = "000000" if code != "000000" else "111111"
    told = [await give(world, here, wrong) for _ in range(5)]
    assert [outcome.left for outcome in told if isinstance(outcome, Refused)] == [4, 3, 2, 1, 0]
    assert [because(outcome) for outcome in told] == [Refusal.WRONG] * 4 + [Refusal.TOO_MANY]
    assert because(await give(world, here, code)) is Refusal.TOO_MANY


async def test_SM1_a_late_code_is_called_late(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    world.later(minutes=3)
    assert because(await give(world, here, code)) is Refusal.LATE


async def test_SM2_the_code_of_an_older_text_is_recognised_as_such(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    old = await world.texted_code()
    world.later(seconds=31)
    await ask(world.sign_in, here, None, at=world.now)
    new = await world.texted_code()
    if old != new:
        assert because(await give(world, here, old)) is Refusal.SUPERSEDED
    assert isinstance(await give(world, here, new), Proven)


async def test_SM2_a_wrong_code_is_wrong_even_after_an_older_text_has_expired(
    world: World,
) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    old = await world.texted_code()
    world.later(minutes=2)
    await ask(world.sign_in, here, None, at=world.now)
    await world.sent()
    world.later(minutes=2)
    assert because(await give(world, here, "nonsense")) is Refusal.WRONG
    assert because(await give(world, here, old)) is Refusal.SUPERSEDED


async def test_SM2_a_resend_gives_no_new_tries_to_the_account(world: World) -> None:
    await world.person(phone=PHONE, apps=1)
    _, here = await world.with_password(ROBIN)
    for _ in range(2):
        await ask(world.sign_in, here, Way("sms"), at=world.now)
        for _ in range(5):
            await give(world, here, "not a code")
        world.later(seconds=31)
    await ask(world.sign_in, here, Way("oath"), at=world.now)
    here_again = (await world.challenged(ROBIN, Way("oath")))[1]
    assert because(await give(world, here_again, "000000")) is Refusal.PAUSED


async def test_TX7_a_sign_in_ends_after_ten_failed_answers(world: World) -> None:
    await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    for _ in range(5):
        await give(world, here, "000000")
    world.later(seconds=31)
    await ask(world.sign_in, here, None, at=world.now)
    await world.sent()
    told = [because(await give(world, here, "nonsense")) for _ in range(6)]
    assert told[-1] in {Refusal.TOO_MANY, Refusal.PAUSED}


async def test_GU4_ten_wrong_answers_pause_every_session_and_network(world: World) -> None:
    robin = await world.person(apps=1)
    for client in (ELSEWHERE, ELSEWHERE):
        _, here = await world.challenged(ROBIN, client=client)
        for _ in range(5):
            await give(world, here, "nonsense")
    _, here = await world.challenged(ROBIN)
    right = await world.app_code(robin.user.id)
    outcome = await give(world, here, right)
    assert because(outcome) is Refusal.PAUSED
    assert isinstance(outcome, Refused)
    assert outcome.until
    world.now = outcome.until
    _, here = await world.challenged(ROBIN)
    assert isinstance(await give(world, here, await world.app_code(robin.user.id)), Proven)


async def test_GU5_success_forgives_the_account_its_wrong_answers(world: World) -> None:
    robin = await world.person(apps=1)
    for _ in range(4):
        _, here = await world.challenged(ROBIN)
        for _ in range(4):
            assert because(await give(world, here, "nonsense")) is Refusal.WRONG
        world.later(seconds=30)
        assert isinstance(await give(world, here, await world.app_code(robin.user.id)), Proven)


async def test_nothing_asked_nothing_answered(world: World) -> None:
    await world.person(phone=PHONE)
    token, here = await world.with_password(ROBIN)
    assert because(await give(world, here, "123456")) is Refusal.NOT_ASKED
    _, early = await world.begin(ROBIN)
    before = await stand(world.sign_in, token, at=world.now)
    assert before.step is Step.CHALLENGE
    password_step = Standing(step=Step.PASSWORD, sign_in=early)
    assert because(await give(world, password_step, "123456")) is Refusal.NOT_ASKED


async def test_VER_05_a_code_in_flight_dies_with_its_phone(world: World) -> None:
    robin = await world.person(phone=PHONE, apps=1)
    _, here = await world.challenged(ROBIN, Way("sms"))
    code = await world.texted_code()
    (phone,) = [
        held for held in await world.store.methods.of_user(robin.user.id) if held.kind == "phone"
    ]
    await world.store.commit(RemoveMethod(user_id=robin.user.id, method_id=phone.id))
    assert because(await give(world, here, code)) is Refusal.METHOD_GONE


async def test_SE3_a_right_code_is_worth_nothing_once_the_epoch_moved_on(world: World) -> None:
    robin = await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    code = await world.texted_code()
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await give(world, here, code)


async def test_TOT_04_any_of_several_apps_may_answer(world: World) -> None:
    robin = await world.person(apps=3)
    held = await world.store.methods.of_user(robin.user.id)
    last = held[-1]
    _, here = await world.challenged(ROBIN)
    world.secrets = {method.id: world.secrets[last.id] for method in held}
    assert isinstance(await give(world, here, await world.app_code(robin.user.id)), Proven)
    after = {method.id: method for method in await world.store.methods.of_user(robin.user.id)}
    assert after[last.id].last_used_at == world.now


async def test_OT3_a_step_that_was_used_is_refused_in_another_sign_in(world: World) -> None:
    robin = await world.person(apps=1)
    code = await world.app_code(robin.user.id)
    _, first = await world.challenged(ROBIN)
    _, second = await world.challenged(ROBIN)
    assert isinstance(await give(world, first, code), Proven)
    assert because(await give(world, second, code)) is Refusal.ALREADY_USED


@pytest.mark.both_engines
@pytest.mark.parametrize("way", [Way("oath"), Way("sms")])
async def test_I2_one_code_sent_thirty_times_at_once_is_accepted_once(
    world: World, way: Way
) -> None:
    robin = await world.person(phone=PHONE, apps=1)
    _, here = await world.challenged(ROBIN, way)
    code = await (world.texted_code() if way == Way("sms") else world.app_code(robin.user.id))
    outcomes: list[ProofOutcome] = []

    async def one() -> None:
        outcomes.append(await give(world, here, code))

    async with anyio.create_task_group() as group:
        for _ in range(30):
            group.start_soon(one)
    assert sum(isinstance(outcome, Proven) for outcome in outcomes) == 1


@pytest.mark.both_engines
async def test_OT3_one_step_in_many_sign_ins_at_once_is_accepted_once(world: World) -> None:
    robin = await world.person(apps=1)
    standings = [(await world.challenged(ROBIN))[1] for _ in range(8)]
    code = await world.app_code(robin.user.id)
    outcomes: list[ProofOutcome] = []

    async def one(here: Standing) -> None:
        outcomes.append(await give(world, here, code))

    async with anyio.create_task_group() as group:
        for here in standings:
            group.start_soon(one, here)
    assert sum(isinstance(outcome, Proven) for outcome in outcomes) == 1


async def test_AU1_LOG_04_a_refused_answer_is_recorded_with_its_reason(world: World) -> None:
    robin = await world.person(phone=PHONE)
    _, here = await world.challenged(ROBIN)
    await give(world, here, "nonsense")
    newest = (await world.store.audit.of_user(robin.user.id, most=1))[0]
    failed = ChallengeFailed(way=Way("sms"), because="wrong", purpose="signIn")
    assert (newest.event, newest.succeeded) == (failed, False)
    assert newest.network == "203.0.113.24"


async def test_GU4_a_way_that_failed_too_often_in_a_row_rests_until_another_lets_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = await world.person(phone=PHONE, apps=1)
    limit = figures.WRONG_PROOFS_IN_A_ROW
    few = Limit(name=limit.name, most=2, within=limit.within)
    monkeypatch.setattr(figures, "WRONG_PROOFS_IN_A_ROW", few)
    _, here = await world.challenged(ROBIN, Way("oath"))
    for _ in range(2):
        await give(world, here, "nonsense")
    right = await world.app_code(robin.user.id)
    assert await give(world, here, right) == Refused(because=Refusal.PAUSED, left=0)
    _, here = await world.challenged(ROBIN, Way("sms"))
    assert isinstance(await give(world, here, await world.texted_code()), Proven)
    _, here = await world.challenged(ROBIN, Way("oath"))
    assert isinstance(await give(world, here, right), Proven)
