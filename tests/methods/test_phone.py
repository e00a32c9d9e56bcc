import os
import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.responder import Responder
from proofup.methods.phone import MOBILE, Phone, number_of
from proofup.methods.protocol import (
    Accepted,
    Because,
    Challenge,
    Factor,
    Purpose,
    RegisteredMethod,
    Rejected,
    VerificationMethod,
)
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.sealing import keyed_digest
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Phone(organisation="Contoso", digest=lambda *parts: keyed_digest(b"k" * 32, *parts))
SIX_DIGITS = re.compile(r"\b(\d{3}) (\d{3})\b")


def texted(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    """Return the code in the text, as its reader would."""
    del method, held, at
    assert pending.message is not None
    found = SIX_DIGITS.search(pending.message.body.reveal())
    assert found is not None
    return "".join(found.groups())


def another(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    code = texted(method, held, pending, at)
    return code[:-1] + str((int(code[-1]) + 1) % 10)


RESPONDER = Responder(
    typed={"number": "+44 7700 900067"},
    right=texted,
    wrong=another,
    kept_in=lambda _method, _held: ("+44 7700900067",),
    once_by_itself=False,
)


def held_by(number: str, *, region: str | None = None) -> RegisteredMethod:
    typed = {"number": number} if region is None else {"number": number, "region": region}
    return PHONE.candidate(
        typed,
        method_id=MethodId("m1"),
        user_id=UserId("rosa"),
        slot=MOBILE,
        at=NOON,
        entropy=os.urandom,
    )


def asked(held: RegisteredMethod, purpose: Purpose = Purpose.SIGN_IN) -> Challenge:
    return PHONE.challenge(
        held,
        challenge_id=ChallengeId("c1"),
        purpose=purpose,
        way=Way.SMS,
        at=NOON,
        entropy=os.urandom,
    )


def test_SM3_a_number_is_stored_in_its_one_form() -> None:
    for spelling in ("+44 (0)7700 900067", "0044 7700-900067", "+٤٤٧٧٠٠٩٠٠٠٦٧"):
        assert number_of(held_by(spelling)) == PhoneNumber("44", "7700900067")
    assert number_of(held_by("07700 900067", region="GB")).e164 == "+447700900067"
    assert msgspec.json.decode(held_by("+447700900067").document) == {"number": "+44 7700900067"}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [({}, "empty"), ({"number": "12"}, "no country"), ({"number": "+442079460123"}, "landline")],
)
def test_SM5_what_cannot_be_texted_is_no_candidate(typed: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        PHONE.candidate(
            typed,
            method_id=MethodId("m1"),
            user_id=UserId("rosa"),
            slot=MOBILE,
            at=NOON,
            entropy=os.urandom,
        )
    assert refused.value.reason == reason


def test_a_phone_is_something_one_has_and_there_is_one_mobile() -> None:
    held = held_by("+44 7700 900067")
    assert PHONE.factors == {Factor.HAVE}
    assert list(PHONE.slots) == [MOBILE]
    assert list(PHONE.ways(held)) == [Way.SMS]
    assert PHONE.provisioning(held, account="rosa@example.com") is None


def test_the_text_goes_to_the_number_and_says_whose_code_it_is_and_for_what() -> None:
    held = held_by("+44 7700 900067")
    for purpose, act in (
        (Purpose.SIGN_IN, "to sign in"),
        (Purpose.REGISTRATION, "to confirm this phone"),
    ):
        pending = asked(held, purpose)
        assert pending.message is not None
        assert pending.message.to == PhoneNumber("44", "7700900067")
        body = pending.message.body.reveal()
        assert re.fullmatch(
            rf"Your Contoso code {act} is \d{{3}} \d{{3}}\. "
            r"Nobody from Contoso will ask you for it\.",
            body,
        )
        assert len(body) <= 160
        assert body.isascii()  # one message of the GSM alphabet, not two


def test_SM1_the_challenge_keeps_a_keyed_digest_and_not_the_code() -> None:
    held = held_by("+44 7700 900067")
    pending = asked(held)
    code = texted(PHONE, held, pending, NOON)
    assert pending.verifier == keyed_digest(b"k" * 32, code, "c1", "rosa", "m1", "signIn")
    other_key = Phone(organisation="Contoso", digest=lambda *parts: keyed_digest(b"x", *parts))
    assert other_key.verify(held, pending, code, at=NOON) == Rejected(Because.WRONG)


def test_SM2_each_challenge_has_a_code_of_its_own() -> None:
    held = held_by("+44 7700 900067")
    first, second = asked(held), asked(held)
    assert first.verifier != second.verifier


@given(st.binary(min_size=3, max_size=3).filter(lambda drawn: drawn[0] & 15 < 15))
def test_SM1_exactly_the_texted_code_is_accepted(drawn: bytes) -> None:
    held = held_by("+44 7700 900067")
    pending = PHONE.challenge(
        held,
        challenge_id=ChallengeId("c1"),
        purpose=Purpose.SIGN_IN,
        way=Way.SMS,
        at=NOON,
        entropy=lambda _: drawn,
    )
    code = texted(PHONE, held, pending, NOON)
    assert isinstance(PHONE.verify(held, pending, code, at=NOON), Accepted)
    for place in range(6):
        near = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert PHONE.verify(held, pending, near, at=NOON) == Rejected(Because.WRONG)


def test_SM6_a_phone_is_described_whole_and_masked() -> None:
    description = PHONE.describe(held_by("+44 7700 900067"))
    assert description.full == "+44 7700 900067"
    assert description.masked == "+XX XXXXXXXX67"
    assert description.number == PhoneNumber("44", "7700900067")
