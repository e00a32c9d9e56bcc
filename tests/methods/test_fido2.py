"""Passkeys, by Graph's rules and those of the security rows FI1 to FI7."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from known_methods import SERVICE
from methods.authenticator import Authenticator
from methods.responder import Responder
from proofup.directory.users import User
from proofup.methods.abilities import BrowserMethod, Claim
from proofup.methods.fido2 import (
    LONGEST_DISPLAY_NAME,
    WAY,
    Fido2,
    InvalidPasskeyNameError,
)
from proofup.methods.passkey_rules import Configuration
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Purpose,
    Question,
    Rejected,
    Verdict,
    VerificationMethod,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.methods.webauthn_options import RelyingParty, in_base64url, user_handle_of
from proofup.values.ids import ChallengeId, MethodId, UserId

NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
ROSA = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
PARTY = RelyingParty(id="id.contoso.test", name="Contoso", origin="https://id.contoso.test")
METHOD = Fido2(party=PARTY, models=SERVICE.models)
AAGUID = "01020304-0506-0708-0102-030405060708"
OTHER_MODEL = "ee882879-721c-4913-9775-3dfcce97072a"


def user(user_id: UserId = ROSA) -> User:
    return User(
        id=user_id,
        user_principal_name="rosa@contoso.test",
        display_name="Rosa",
        created_at=NOON,
    )


def device(user_id: UserId = ROSA, **more: Any) -> Authenticator:
    handle = in_base64url(user_handle_of(user_id))
    return Authenticator(seed=f"device of {user_id}", handle=handle, **more)


def asked(
    held: RegisteredMethod, purpose: Purpose = Purpose.SIGN_IN, method: VerificationMethod = METHOD
) -> Challenge:
    return method.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=purpose, way=WAY, language="en", at=NOON),
        os.urandom,
    )


def options(
    pending: Challenge,
    held: Sequence[RegisteredMethod] = (),
    rules: Mapping[str, object] | None = None,
    method: VerificationMethod = METHOD,
) -> str:
    assert isinstance(method, BrowserMethod)
    return method.options(pending, held, user=user(pending.user_id), rules=rules or {})


def candidate(name: str = "Blue key", user_id: UserId = ROSA) -> RegisteredMethod:
    return METHOD.candidate(
        {"displayName": name},
        NewMethod(id=MethodId("m1"), user_id=user_id, slot="fido2.1", at=NOON),
        os.urandom,
    )


def registered(one: Authenticator | None = None, method: Fido2 = METHOD) -> RegisteredMethod:
    held = candidate()
    pending = asked(held, Purpose.REGISTRATION)
    answer = (one or device()).create(options(pending))
    verdict = method.verify(held, pending, Answer(answer), at=NOON)
    assert isinstance(verdict, Accepted)
    return verdict.method


def used(held: RegisteredMethod, one: Authenticator) -> Verdict:
    pending = asked(held)
    return METHOD.verify(held, pending, Answer(one.get(options(pending))), at=NOON)


def _answer(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, _: datetime
) -> str:
    one = device(held.user_id, counts=False)
    told = options(pending, method=method)
    return one.create(told) if pending.purpose is Purpose.REGISTRATION else one.get(told)


def _registered(method: VerificationMethod, held: RegisteredMethod) -> RegisteredMethod:
    pending = asked(held, Purpose.REGISTRATION, method)
    verdict = method.verify(held, pending, Answer(_answer(method, held, pending, NOON)), at=NOON)
    assert isinstance(verdict, Accepted)
    return replace(verdict.method, last_used_at=None)


def _wrong(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    return _answer(method, replace(held, user_id=UserId("nobody")), pending, at)


RESPONDER = Responder(
    typed={"displayName": "Blue key"},
    right=_answer,
    wrong=_wrong,
    kept_in=lambda _, held: (json.loads(held.document)["public_key"],),
    once_by_itself=False,
    registered=_registered,
)


def test_FID_01_a_passkey_proves_two_factors_in_place_of_a_password_or_beside_it() -> None:
    assert len(METHOD.declaration.factors) == 2
    assert {"first", "second"} == {*METHOD.declaration.roles}


def test_what_is_told_to_make_a_passkey() -> None:
    held = registered()
    told = json.loads(options(asked(candidate(), Purpose.REGISTRATION), [held]))
    assert told["rp"] == {"id": "id.contoso.test", "name": "Contoso"}
    assert told["user"]["name"] == "rosa@contoso.test"
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert [one["id"] for one in told["excludeCredentials"]] == [in_base64url(device().id)]
    assert told["attestation"] == "none"


@pytest.mark.parametrize(
    "rules", [{"isAttestationEnforced": True}, {"enforcementType": "block", "aaGuids": AAGUID}]
)
def test_FI7_attestation_is_asked_for_where_the_rules_judge_models(
    rules: dict[str, object],
) -> None:
    told = json.loads(options(asked(candidate(), Purpose.REGISTRATION), rules=rules))
    assert told["attestation"] == "direct"


def test_FI5_only_passkeys_of_the_person_may_answer() -> None:
    held = registered()
    told = json.loads(options(asked(held), [held]))
    assert [one["id"] for one in told["allowCredentials"]] == [in_base64url(device().id)]
    assert told["userVerification"] == "required"


def test_FI2_each_challenge_has_256_bits_for_five_minutes_and_one_answer() -> None:
    held = candidate()
    pending = asked(held)
    assert pending.expires_at == NOON + timedelta(minutes=5)
    challenges = {json.loads(options(asked(held, one)))["challenge"] for one in Purpose}
    assert len(challenges) == len(Purpose)
    assert {len(one) for one in challenges} == {43}  # Base64url of 32 bytes
    assert METHOD.declaration.ways[0].answers == 1


def test_FI2_the_answer_to_a_registration_is_none_to_a_sign_in() -> None:
    held = registered()
    pending = asked(held)
    made = device().create(options(replace(pending, purpose=Purpose.REGISTRATION)))
    assert METHOD.verify(held, pending, Answer(made), at=NOON) == Rejected(Because.WRONG)


def test_a_passkey_is_made_once() -> None:
    held = registered()
    pending = asked(held, Purpose.REGISTRATION)
    again = device().create(options(pending))
    assert METHOD.verify(held, pending, Answer(again), at=NOON) == Rejected(Because.WRONG)


def test_FI4_one_credential_has_one_id_whoever_registers_it() -> None:
    ours = registered()
    held = candidate(user_id=UserId("somebody else"))
    pending = asked(held, Purpose.REGISTRATION)
    made = METHOD.verify(held, pending, Answer(device().create(options(pending))), at=NOON)
    assert isinstance(made, Accepted)
    assert made.method.id == ours.id != held.id
    assert registered(Authenticator(seed="another")).id != ours.id


def test_FI4_an_answer_claims_to_be_of_one_passkey_of_one_person() -> None:
    held = registered()
    assert METHOD.claim(device().get(options(asked(held)))) == Claim(ROSA, held.id)
    assert METHOD.claim("{}") is None


def test_FI6_the_counter_is_stored_with_every_use() -> None:
    one = device()
    held = registered(one)
    for count in (2, 3):
        verdict = used(held, one)
        assert isinstance(verdict, Accepted)
        held = verdict.method
        assert json.loads(held.document)["sign_count"] == count


@pytest.mark.parametrize("count", [0, 4, 5])
def test_FI6_a_counter_that_does_not_grow_means_a_copy(count: int) -> None:
    one = device(count=4)
    held = registered(one)
    one.count = count - 1
    assert used(held, one) == Rejected(Because.CLONED)


def test_FI6_a_forged_answer_with_an_old_counter_is_only_wrong() -> None:
    one = device(count=4)
    held = registered(one)
    forger = Authenticator(seed="forger", handle=one.handle)
    forger.id = one.id
    assert used(held, forger) == Rejected(Because.WRONG)


def test_FI6_what_is_backed_up_since_is_noted_and_what_became_synced_is_refused() -> None:
    one = device(is_synced=True)
    held = registered(one)
    assert METHOD.describe(held).facts["synced"] == "yes"
    assert isinstance(used(held, one), Accepted)
    one.is_synced = False
    assert used(held, one) == Rejected(Because.WRONG)


@pytest.mark.parametrize(
    ("rules", "is_allowed"),
    [
        ({}, True),
        ({"enforcementType": "allow", "aaGuids": f"{OTHER_MODEL}, {AAGUID}"}, True),
        ({"enforcementType": "allow", "aaGuids": OTHER_MODEL}, False),
        ({"enforcementType": "block", "aaGuids": AAGUID.upper()}, False),
        ({"enforcementType": "block", "aaGuids": OTHER_MODEL}, True),
        ({"enforcementType": "none", "aaGuids": OTHER_MODEL}, True),
        ({"passkeyTypes": "deviceBound"}, True),
        ({"passkeyTypes": "synced"}, False),
    ],
)
def test_FID_03_FI7_models_and_kinds_are_allowed_by_rule_whenever_one_is_used(
    rules: dict[str, object], *, is_allowed: bool
) -> None:
    held = registered()
    for purpose in Purpose:
        assert METHOD.is_within(held, rules, purpose=purpose) is is_allowed


def test_FID_02_FI7_attestation_is_judged_at_the_registration_alone() -> None:
    strict = {"isAttestationEnforced": True}
    held = registered()
    assert not METHOD.is_within(held, strict, purpose=Purpose.REGISTRATION)
    assert METHOD.is_within(held, strict, purpose=Purpose.SIGN_IN)
    proven = registered(method=replace(METHOD, models=lambda *_: "Key 5"))
    assert METHOD.is_within(proven, strict, purpose=Purpose.REGISTRATION)
    assert METHOD.describe(proven).facts["model"] == "Key 5"


def test_what_is_no_list_of_models_is_no_rule() -> None:
    with pytest.raises(msgspec.ValidationError, match="regex"):
        msgspec.convert({"aaGuids": "YubiKey"}, Configuration)


@pytest.mark.parametrize("name", ["a" * (LONGEST_DISPLAY_NAME + 1), "bell \a"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidPasskeyNameError):
        candidate(name)
    with pytest.raises(InvalidPasskeyNameError):
        METHOD.renamed(registered(), name)


def test_a_passkey_gets_another_name_and_works_as_before() -> None:
    one = device()
    held = METHOD.renamed(registered(one), "Green key")
    assert METHOD.describe(held).full == "Green key"
    assert isinstance(used(held, one), Accepted)


def test_the_browser_is_told_which_passkeys_there_are_and_what_the_person_is_called() -> None:
    held = registered()
    accepted, details = json.loads(METHOD.signals(user(), [held]))
    assert accepted["name"] == "signalAllAcceptedCredentials"
    assert accepted["facts"]["allAcceptedCredentialIds"] == [in_base64url(device().id)]
    assert accepted["facts"]["userId"] == device().handle
    assert details["name"] == "signalCurrentUserDetails"
    assert details["facts"]["displayName"] == "Rosa"


def test_every_passkey_is_a_new_one() -> None:
    assert not METHOD.is_typed(registered(), {"displayName": METHOD.describe(registered()).full})
