from datetime import timedelta

import pytest
from msgspec.structs import replace

from known_methods import option
from proofup.authentication.dispatcher import Step, next_step, stand
from proofup.authentication.signin import SignIn
from proofup.directory.passwords import ForcedChange
from proofup.policy.decision import Decision, RequiredAction
from proofup.policy.proofs import Level, Proofs
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, SessionId, SignInId, UserId
from proofup.values.ways import Way
from world import START, World

FRESH = SignIn(
    id=SignInId("s"),
    token_digest=b"",
    name="robin.ashby@contoso.test",
    user_id=UserId("u"),
    epoch=0,
    proofs=Proofs(),
    correlation_id=CorrelationId("c"),
    client=Client(address="203.0.113.24"),
    language="en",
    started_at=START,
    expires_at=START + timedelta(minutes=10),
)
KNOWN = replace(FRESH, proofs=Proofs(first_at=START))
PROVEN = replace(FRESH, proofs=Proofs(first_at=START, second_at=START, second_way=Way("sms")))
SECOND_ONLY = replace(FRESH, proofs=Proofs(second_at=START, second_way=Way("sms")))
FINISHED = replace(PROVEN, finished_at=START)
NOTHING = Decision(level=Level.SINGLE_FACTOR, options=())
PHONE = Decision(level=Level.MULTI_FACTOR, options=(option(Way("sms")),))
MUST = replace(NOTHING, required_action=RequiredAction.MUST_REGISTER)
MAY = replace(NOTHING, required_action=RequiredAction.MAY_REGISTER)
DEFAULT = replace(PHONE, required_action=RequiredAction.MUST_CHOOSE_DEFAULT)

NEXT, WITH_MFA = ForcedChange.NEXT_SIGN_IN, ForcedChange.NEXT_SIGN_IN_WITH_MFA

TABLE = [
    (None, NOTHING, Step.NAME),
    (FRESH, None, Step.PASSWORD),
    (FRESH, NOTHING, Step.PASSWORD),
    (FRESH, PHONE, Step.PASSWORD),
    (SECOND_ONLY, PHONE, Step.PASSWORD),
    (KNOWN, None, Step.PASSWORD),
    (KNOWN, PHONE, Step.CHALLENGE),
    (KNOWN, DEFAULT, Step.CHALLENGE),
    (KNOWN, NOTHING, Step.ISSUE),
    (KNOWN, MUST, Step.PROOF_UP),
    (KNOWN, MAY, Step.PROOF_UP),
    (replace(KNOWN, put_off=True), MAY, Step.ISSUE),
    (replace(KNOWN, put_off=True), MUST, Step.PROOF_UP),
    (PROVEN, DEFAULT, Step.PROOF_UP),
    (replace(PROVEN, session_id=SessionId("k")), DEFAULT, Step.ISSUE),
    (PROVEN, PHONE, Step.ISSUE),
    (FINISHED, PHONE, Step.FINISHED),
    (replace(KNOWN, forced_change=NEXT), PHONE, Step.CHALLENGE),
    (replace(KNOWN, forced_change=NEXT, remembered=True), PHONE, Step.CHALLENGE),
    (replace(PROVEN, forced_change=NEXT), PHONE, Step.NEW_PASSWORD),
    (replace(KNOWN, forced_change=NEXT), NOTHING, Step.NEW_PASSWORD),
    (replace(KNOWN, forced_change=NEXT), MUST, Step.NEW_PASSWORD),
    (replace(KNOWN, forced_change=WITH_MFA), MUST, Step.PROOF_UP),
    (replace(PROVEN, forced_change=WITH_MFA), PHONE, Step.NEW_PASSWORD),
    (replace(PROVEN, forced_change=NEXT, session_id=SessionId("k")), PHONE, Step.ISSUE),
]


@pytest.mark.parametrize(("sign_in", "decision", "step"), TABLE)
def test_TX2_each_standing_has_one_next_step(
    sign_in: SignIn | None, decision: Decision | None, step: Step
) -> None:
    assert next_step(sign_in, decision, at=START) is step


@pytest.mark.parametrize(
    ("sign_in", "decision", "step"),
    [
        (KNOWN, PHONE, Step.CHALLENGE),
        (KNOWN, NOTHING, Step.STAY),
        (PROVEN, DEFAULT, Step.PROOF_UP),
        (PROVEN, PHONE, Step.STAY),
        (replace(PROVEN, stay=False), PHONE, Step.ISSUE),
        (replace(PROVEN, stay=True), PHONE, Step.ISSUE),
        (replace(PROVEN, session_id=SessionId("k")), PHONE, Step.ISSUE),
        (replace(KNOWN, remembered=True), PHONE, Step.ISSUE),
        (FINISHED, PHONE, Step.FINISHED),
    ],
)
def test_CH_14_whether_to_stay_is_asked_once_all_is_proven(
    sign_in: SignIn, decision: Decision, step: Step
) -> None:
    assert next_step(sign_in, decision, may_stay=True, at=START) is step


@pytest.mark.parametrize(
    ("sign_in", "step"),
    [
        (None, Step.NAME),
        (FRESH, Step.REVOKED),
        (KNOWN, Step.REVOKED),
        (PROVEN, Step.REVOKED),
        (FINISHED, Step.FINISHED),
    ],
)
def test_SE3_what_ended_everything_ends_a_sign_in_at_every_step(
    sign_in: SignIn | None, step: Step
) -> None:
    assert next_step(sign_in, PHONE, may_stay=True, is_revoked=True, at=START) is step


@pytest.mark.parametrize("sign_in", [FRESH, KNOWN, PROVEN, FINISHED])
def test_TX7_after_ten_minutes_every_sign_in_begins_anew(sign_in: SignIn) -> None:
    over = START + timedelta(minutes=10)
    before = over - timedelta(microseconds=1)
    assert next_step(sign_in, PHONE, at=over) is Step.NAME
    assert next_step(sign_in, PHONE, at=before) is not Step.NAME


@pytest.mark.anyio
async def test_GU3_what_an_account_can_answer_with_is_told_only_after_the_password(
    world: World,
) -> None:
    await world.person(phone="+44 7700 900067", apps=1)
    token, _ = await world.begin("robin.ashby@contoso.test")
    assert (await stand(world.sign_in, token, at=world.now)).options == ()
    token, _ = await world.with_password("robin.ashby@contoso.test")
    ways = [option.way for option in (await stand(world.sign_in, token, at=world.now)).options]
    assert ways == [Way("oath"), Way("sms"), Way("voiceMobile")]
