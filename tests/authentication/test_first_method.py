"""What comes in place of a password, by a method that only these tests have."""

from datetime import datetime

import anyio
import msgspec
import pytest
from msgspec.structs import replace

from planted import PASS, SLOT, WAY, Pass, stored_pass
from proofup.assembly import challenges
from proofup.audit.events.sign_ins import FirstMethodUsed, SignInFailed
from proofup.authentication.dispatcher import Step, stand
from proofup.authentication.first_method import first_ways, prove_first
from proofup.authentication.issuing import Proven
from proofup.authentication.renewal import begin_renewal
from proofup.authentication.second_proof import prove
from proofup.authentication.sessions import active_session
from proofup.challenges.outcome import Refusal, Refused
from proofup.directory.users import BlockProofs, Person, RaiseEpoch, SetEnabled
from proofup.methods.catalogue import catalogue_of
from proofup.methods.declaration import Factor, Role
from proofup.methods.protocol import Accepted, Answer, Challenge, Verdict
from proofup.methods.registered_methods import AddMethod, RegisteredMethod
from proofup.policy import figures
from proofup.policy.decision import ProofsBlockedError
from proofup.policy.limits import Limit
from proofup.policy.proofs import Level
from proofup.policy.rule_choices import Demand, Guard
from proofup.policy.rules import Policy, SetPolicy
from proofup.registration.guard import check_invited
from proofup.registration.ports import Actor
from proofup.values.changes import Change
from proofup.values.errors import (
    LimitReachedError,
    RevokedError,
    StaleError,
    StaleMethodError,
    TooBusyError,
)
from proofup.values.ids import SessionId, random_token
from proofup.values.stretching import Stretch
from proofup.values.ways import Way
from world import ELSEWHERE, HOME, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
PHONE = "+44 7700 900067"
CODE = "636f6465"
OTHER = "00000000"
BOTH = replace(
    PASS,
    declaration=replace(
        PASS.declaration,
        factors=frozenset({Factor.KNOW, Factor.HAVE}),
        roles=frozenset({Role.FIRST}),
    ),
)
ONE = replace(PASS, declaration=replace(PASS.declaration, roles=frozenset({Role.FIRST})))


@pytest.fixture(params=[BOTH], ids=["both factors"])
def planted(request: pytest.FixtureRequest) -> Pass:
    """Give the method that may come first: one that proves both factors, in most stories."""
    found = request.param
    assert isinstance(found, Pass)
    return found


@pytest.fixture(autouse=True)
def catalogue(planted: Pass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service have the method."""
    real = challenges.methods
    monkeypatch.setattr(challenges, "methods", lambda *told: catalogue_of(planted, *real(*told)))


one_factor = pytest.mark.parametrize("planted", [ONE], indirect=True, ids=["one factor"])


async def robin_with_a_pass(world: World, *, phone: str | None = None) -> Person:
    robin = await world.person(phone=phone)
    new = await stored_pass(world.hashing, user_id=robin.user.id, at=world.now)
    await world.store.commit(AddMethod(method=new))
    return robin


async def give(world: World, typed: str = CODE, name: str = ROBIN) -> Proven | Refused:
    """Begin a sign-in and type ``typed`` in place of the password."""
    _, sign_in = await world.begin(name)
    return await prove_first(world.sign_in, sign_in, WAY, typed, at=world.now)


WRONG = Refused(because=Refusal.WRONG)


async def test_what_proves_both_factors_opens_the_session_alone(world: World) -> None:
    robin = await robin_with_a_pass(world, phone=PHONE)
    found = await give(world)
    assert isinstance(found, Proven)
    assert found.issued
    session = await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)
    assert session
    proofs = session.session.proofs
    assert (proofs.level, proofs.first_way, proofs.second_way) == (Level.MULTI_FACTOR, WAY, WAY)
    assert proofs.by_one_answer
    assert await world.sent() == []
    log = await world.store.audit.of_user(robin.user.id, most=9)
    assert FirstMethodUsed(way=WAY) in [entry.event for entry in log]


@one_factor
async def test_what_proves_one_factor_is_followed_by_the_second_proof(world: World) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    token, sign_in = await world.begin(ROBIN)
    found = await prove_first(world.sign_in, sign_in, WAY, CODE, at=world.now)
    assert isinstance(found, Proven)
    assert found.issued is None
    assert found.not_sent is None
    there = await stand(world.sign_in, token, at=world.now)
    assert there.step is Step.CHALLENGE
    assert found.standing.sign_in == there.sign_in
    outcome = await prove(world.sign_in, there, await world.texted_code(), at=world.now)
    assert isinstance(outcome, Proven)
    assert outcome.issued
    session = await active_session(world.sign_in, outcome.issued.token.reveal(), at=world.now)
    assert session
    proofs = session.session.proofs
    assert (proofs.first_way, proofs.second_way) == (WAY, Way("sms"))
    assert not proofs.by_one_answer


@one_factor
async def test_SM3_where_no_text_may_be_sent_the_answer_counts_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    none = Limit(name="textsAccount", most=0, within=figures.DAY)
    monkeypatch.setattr(figures, "TEXTS_OF_ACCOUNT", none)
    found = await give(world)
    assert isinstance(found, Proven)
    assert isinstance(found.not_sent, LimitReachedError)
    assert found.standing.step is Step.CHALLENGE


async def test_GU1_wrong_closed_and_nobody_are_refused_in_the_same_words(world: World) -> None:
    robin = await robin_with_a_pass(world)
    assert await give(world, OTHER) == WRONG
    assert await give(world, "no pass of any kind") == WRONG
    assert await give(world, name="nobody@contoso.test") == WRONG
    await world.person("ines.costa@contoso.test")
    assert await give(world, name="ines.costa@contoso.test") == WRONG
    await world.store.commit(SetEnabled(user_id=robin.user.id, enabled=False))
    assert await give(world) == WRONG
    (newest, *_) = await world.store.audit.of_user(robin.user.id, most=1)
    assert newest.event == SignInFailed(because="wrong", way=WAY)


@pytest.mark.parametrize("name", [ROBIN, "ines.costa@contoso.test", "nobody@contoso.test"])
@pytest.mark.parametrize("typed", [OTHER, "no pass of any kind"])
async def test_GU1_each_refusal_takes_one_hash(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, typed: str
) -> None:
    await robin_with_a_pass(world)
    await world.person("ines.costa@contoso.test")
    stretch = world.hashing.stretch
    hashes: list[Stretch] = []

    async def counted(wanted: Stretch) -> bytes:
        hashes.append(wanted)
        return await stretch(wanted)

    monkeypatch.setattr(world.hashing, "stretch", counted)
    assert await give(world, typed, name) == WRONG
    assert len(hashes) == 1


@pytest.mark.parametrize("name", [ROBIN, "nobody@contoso.test"])
async def test_GU4_five_tries_an_hour_from_a_network_for_every_name(
    world: World, name: str
) -> None:
    await robin_with_a_pass(world)
    for _ in range(5):
        assert await give(world, OTHER, name) == WRONG
    refused = await give(world, CODE, name)
    assert isinstance(refused, Refused)
    assert (refused.because, refused.until) == (Refusal.PAUSED, world.later(hours=1))
    assert isinstance(await give(world, CODE, name), Proven if name == ROBIN else Refused)


async def test_who_guesses_elsewhere_keeps_nobody_out(world: World) -> None:
    await robin_with_a_pass(world)
    for _ in range(6):
        _, sign_in = await world.begin(ROBIN, client=ELSEWHERE)
        await prove_first(world.sign_in, sign_in, WAY, OTHER, at=world.now)
    assert isinstance(await give(world), Proven)


async def test_GU5_a_right_answer_forgives_the_wrong_ones(world: World) -> None:
    await robin_with_a_pass(world)
    for _ in range(3):
        for _ in range(4):
            assert await give(world, OTHER) == WRONG
        assert isinstance(await give(world), Proven)


async def test_a_try_that_nobody_has_room_for_is_not_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await robin_with_a_pass(world)
    with monkeypatch.context() as crowded:
        crowded.setattr(world.hashing.usual, "most", 0)
        for _ in range(6):
            with pytest.raises(TooBusyError):
                await give(world)
    assert isinstance(await give(world), Proven)


async def test_who_has_an_expired_pass_is_told_so_and_who_guesses_is_not(world: World) -> None:
    await robin_with_a_pass(world)
    world.later(hours=10)
    assert await give(world, OTHER) == WRONG
    assert await give(world) == Refused(because=Refusal.LATE)


async def test_TAP_08_a_pass_that_stricter_rules_would_not_allow_is_refused_by_name(
    world: World,
) -> None:
    robin = await robin_with_a_pass(world)
    rules = {str(PASS.kind): {"isUsableOnce": True}}
    await world.store.commit(SetPolicy(policy=Policy(methods=rules)))
    assert await give(world, OTHER) == WRONG
    assert await give(world) == Refused(because=Refusal.NOT_ALLOWED)
    log = await world.store.audit.of_user(robin.user.id, most=9)
    assert SignInFailed(because=Refusal.NOT_ALLOWED, way=WAY) in [entry.event for entry in log]


async def test_what_the_rules_forbid_is_offered_to_nobody_and_lets_nobody_in(
    world: World,
) -> None:
    await robin_with_a_pass(world)
    assert WAY in {traits.word for traits in await first_ways(world.sign_in, at=world.now)}
    await world.store.commit(SetPolicy(policy=Policy(ways=frozenset({Way("oath")}))))
    assert await first_ways(world.sign_in, at=world.now) == ()
    assert await give(world) == Refused(because=Refusal.NOT_ASKED)


class Once(Pass, frozen=True):
    """A pass that works once."""

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        verdict = Pass.verify(self, held, pending, answer, at=at)
        if not isinstance(verdict, Accepted):
            return verdict
        document = {**msgspec.json.decode(held.document), "verifier": ""}
        return Accepted(held.used(msgspec.json.encode(document), at=at))


@pytest.mark.parametrize("planted", [Once(declaration=BOTH.declaration)], indirect=True)
async def test_I2_what_works_once_opens_one_of_many_sign_ins(world: World) -> None:
    await robin_with_a_pass(world)
    sign_ins = [(await world.begin(ROBIN))[1] for _ in range(4)]
    found: list[Proven | Refused] = []

    async def one(number: int) -> None:
        found.append(await prove_first(world.sign_in, sign_ins[number], WAY, CODE, at=world.now))

    async with anyio.create_task_group() as group:
        for number in range(len(sign_ins)):
            group.start_soon(one, number)
    assert sum(isinstance(one, Proven) for one in found) == 1
    assert found.count(WRONG) == 3


async def test_of_one_form_sent_twice_at_once_one_gets_a_session(world: World) -> None:
    await robin_with_a_pass(world)
    _, sign_in = await world.begin(ROBIN)
    assert isinstance(await prove_first(world.sign_in, sign_in, WAY, CODE, at=world.now), Proven)
    with pytest.raises(StaleError):
        await prove_first(world.sign_in, sign_in, WAY, CODE, at=world.now)


async def test_SE3_an_answer_is_not_spent_where_the_account_moved_on(world: World) -> None:
    robin = await robin_with_a_pass(world)
    token, sign_in = await world.begin(ROBIN)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await prove_first(world.sign_in, sign_in, WAY, CODE, at=world.now)
    assert (await stand(world.sign_in, token, at=world.now)).step is Step.PASSWORD
    (held,) = await world.store.methods.of_user(robin.user.id)
    assert held.last_used_at is None


async def test_a_blocked_person_is_told_so_only_behind_a_right_answer(world: World) -> None:
    robin = await robin_with_a_pass(world)
    until = world.now.replace(year=2027)
    await world.store.commit(BlockProofs(user_id=robin.user.id, until=until))
    assert await give(world, OTHER) == WRONG
    with pytest.raises(ProofsBlockedError):
        await give(world)


async def test_GRD_04_who_came_by_a_pass_registers_without_an_invitation(world: World) -> None:
    policy = Policy(guard=Guard.INVITATION, demand=Demand.EVERYONE)
    await world.store.commit(SetPolicy(policy=policy))
    await robin_with_a_pass(world)
    found = await give(world)
    assert isinstance(found, Proven)
    assert found.standing.step is Step.PROOF_UP
    sign_in, subscriber = found.standing.sign_in, found.standing.subscriber
    assert sign_in
    assert subscriber
    actor = Actor(
        id=subscriber.person.user.id,
        subscriber=subscriber,
        session_id=SessionId(sign_in.id),
        signing_in=True,
        epoch=sign_in.epoch,
        proofs=sign_in.proofs,
        correlation_id=sign_in.correlation_id,
        client=HOME,
        language="en",
    )
    assert await check_invited(world.registration, actor, at=world.now) is None


async def test_a_session_proven_once_more_remembers_what_came_first(world: World) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    found = await give(world)
    assert isinstance(found, Proven)
    assert found.issued
    session = await active_session(world.sign_in, found.issued.token.reveal(), at=world.now)
    assert session
    renewal = await begin_renewal(
        world.sign_in,
        await world.admitted(session),
        random_token(world.entropy),
        return_to="/",
        client=HOME,
        language="en",
        at=world.now,
    )
    assert (renewal.proofs.first_way, renewal.proofs.second_at) == (WAY, None)
    assert SLOT in [held.slot for held in await world.store.methods.of_user(session.person.user.id)]


async def test_TAP_07_a_session_ends_with_the_pass_that_opened_it(world: World) -> None:
    await robin_with_a_pass(world, phone=PHONE)
    world.later(hours=9, minutes=59)  # of ten hours
    found = await give(world)
    assert isinstance(found, Proven)
    assert found.issued
    token = found.issued.token.reveal()
    assert await active_session(world.sign_in, token, at=world.later(seconds=59))
    assert await active_session(world.sign_in, token, at=world.later(seconds=1)) is None


async def test_an_answer_is_judged_again_where_another_request_was_faster(world: World) -> None:
    await robin_with_a_pass(world)
    _, sign_in = await world.begin(ROBIN)
    ports, outrun = world.sign_in, [True]

    async def commit(*changes: Change) -> None:
        if outrun:
            outrun.pop()
            raise StaleMethodError
        await ports.room.commit(*changes)

    slower = replace(ports, room=replace(ports.room, commit=commit))
    assert isinstance(await prove_first(slower, sign_in, WAY, CODE, at=world.now), Proven)
