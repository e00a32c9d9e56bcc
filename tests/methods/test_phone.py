import os
import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from methods.responder import Responder
from proofup.languages.catalogues import Catalogues
from proofup.methods.declaration import Factor
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE, SMS, Phone, number_of
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Awaiting,
    Because,
    CallStatus,
    Challenge,
    Purpose,
    Question,
    Rejected,
    VerificationMethod,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.messages import Call, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.sealing import keyed_digest
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Phone(
    organisation="Contoso",
    digests=lambda *parts: [keyed_digest(b"k" * 32, *parts)],
    languages=Catalogues(),
)
SIX_DIGITS = re.compile(r"\b(\d{3}) (\d{3})\b")


def texted(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    """Return the code in the text, as its reader would."""
    del method, held, at
    assert isinstance(pending.message, Text)
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


def held_by(
    number: str, *, region: str | None = None, slot: str = MOBILE, **typed: str
) -> RegisteredMethod:
    typed |= {"number": number} if region is None else {"number": number, "region": region}
    return PHONE.candidate(
        typed, NewMethod(id=MethodId("m1"), user_id=UserId("rosa"), slot=slot, at=NOON), os.urandom
    )


def asked(held: RegisteredMethod, purpose: Purpose = Purpose.SIGN_IN, way: Way = SMS) -> Challenge:
    return PHONE.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=purpose, way=way, language="en", at=NOON),
        os.urandom,
    )


def test_SM3_NUM_01_a_number_is_stored_in_its_one_form() -> None:
    for spelling in ("+44 (0)7700 900067", "0044 7700-900067", "+٤٤٧٧٠٠٩٠٠٠٦٧"):
        assert number_of(held_by(spelling)) == PhoneNumber("44", "7700900067")
    assert number_of(held_by("07700 900067", region="GB")).e164 == "+447700900067"
    assert msgspec.json.decode(held_by("+447700900067").document) == {"number": "+44 7700900067"}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [({}, "empty"), ({"number": "12"}, "no country"), ({"number": "+442079460123"}, "landline")],
)
def test_SM5_RES_02_what_cannot_be_texted_is_no_candidate(
    typed: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        PHONE.candidate(
            typed,
            NewMethod(id=MethodId("m1"), user_id=UserId("rosa"), slot=MOBILE, at=NOON),
            os.urandom,
        )
    assert refused.value.reason == reason


def test_VOC_03_a_person_has_each_of_three_phones_once() -> None:
    held = held_by("+44 7700 900067")
    assert PHONE.declaration.factors == {Factor.HAVE}
    assert [slot.name for slot in PHONE.declaration.slots] == [MOBILE, ALTERNATE_MOBILE, OFFICE]
    assert not PHONE.declaration.alike
    assert list(PHONE.ways(held)) == [Way("sms"), Way("voiceMobile")]
    assert PHONE.provisioning(held, account="rosa@example.com") is None


def test_SMS_02_SMS_13_the_text_goes_to_the_number_and_says_whose_code_it_is_and_for_what() -> None:
    held = held_by("+44 7700 900067")
    for purpose, act in (
        (Purpose.SIGN_IN, "to sign in"),
        (Purpose.REGISTRATION, "to confirm this phone"),
    ):
        pending = asked(held, purpose)
        assert isinstance(pending.message, Text)
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
    other_key = replace(PHONE, digests=lambda *parts: [keyed_digest(b"x", *parts)])
    assert other_key.verify(held, pending, Answer(code), at=NOON) == Rejected(Because.WRONG)


def test_SM2_each_challenge_has_a_code_of_its_own() -> None:
    held = held_by("+44 7700 900067")
    first, second = asked(held), asked(held)
    assert first.verifier != second.verifier


@given(st.binary(min_size=3, max_size=3).filter(lambda drawn: drawn[0] & 15 < 15))
def test_SM1_exactly_the_texted_code_is_accepted(drawn: bytes) -> None:
    held = held_by("+44 7700 900067")
    pending = PHONE.challenge(
        held,
        Question(
            id=ChallengeId("c1"), purpose=Purpose.SIGN_IN, way=Way("sms"), language="en", at=NOON
        ),
        lambda _: drawn,
    )
    code = texted(PHONE, held, pending, NOON)
    assert isinstance(PHONE.verify(held, pending, Answer(code), at=NOON), Accepted)
    for place in range(6):
        near = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert PHONE.verify(held, pending, Answer(near), at=NOON) == Rejected(Because.WRONG)


def test_SM6_a_phone_is_described_whole_and_masked() -> None:
    description = PHONE.describe(held_by("+44 7700 900067"))
    assert description.full == "+44 7700 900067"
    assert description.masked == "+XX XXXXXXXX67"
    assert description.number == PhoneNumber("44", "7700900067")


def test_VOI_12_an_alternate_phone_is_called_and_never_texted() -> None:
    held = held_by("+44 7700 900067", slot=ALTERNATE_MOBILE)
    assert list(PHONE.ways(held)) == [Way("voiceAlternateMobile")]


def test_NUM_02_an_office_phone_may_have_an_extension() -> None:
    for typed in ({"number": "+1 425 555 1234 x12345"}, {"number": "+1 425 555 1234"}):
        extension = {} if "x" in typed["number"] else {"extension": " 12345 "}
        held = held_by(typed["number"], slot=OFFICE, **extension)
        assert str(number_of(held)) == "+1 4255551234X12345"
        assert PHONE.describe(held).full == "+1 425-555-1234 X12345"
        assert PHONE.describe(held).masked == "+X XXXXXXXX34"
        assert list(PHONE.ways(held)) == [Way("voiceOffice")]


@pytest.mark.parametrize("slot", [MOBILE, ALTERNATE_MOBILE])
@pytest.mark.parametrize(
    "typed",
    [
        {"number": "+1 425 555 1234 x12345"},
        {"number": "+1 425 555 1234", "extension": "12345"},
        {"number": "+1 425 555 1234", "extension": "12345678"},
        {"number": "+1 425 555 1234", "extension": "a"},
    ],
)
def test_RSP_03_an_extension_belongs_to_an_office_phone_alone(
    slot: str, typed: dict[str, str]
) -> None:
    with pytest.raises(InvalidPhoneNumberError) as refused:
        held_by(typed["number"], slot=slot, extension=typed.get("extension", ""))
    assert refused.value.reason == "extension"


def test_NUM_05_a_landline_is_called_where_calls_are_asked_for_and_not_texted() -> None:
    held = held_by("+442079460123", way="voiceMobile")
    assert list(PHONE.ways(held)) == [Way("voiceMobile")]


def test_VOI_01_FRD_02_a_call_asks_for_the_pound_key_and_carries_no_code() -> None:
    held = held_by("+44 7700 900067")
    for purpose, act in (
        (Purpose.SIGN_IN, "to sign in"),
        (Purpose.REGISTRATION, "to confirm this phone"),
    ):
        pending = asked(held, purpose, Way("voiceMobile"))
        assert isinstance(pending.message, Call)
        assert f"Press the pound key {act}." in pending.message.greeting
        assert "press 0 and then the pound key" in pending.message.greeting
        assert pending.verifier is None
        assert not re.search(
            r"\d{4}", pending.message.greeting
        )  # SM8: no code for a machine to record


@pytest.mark.parametrize("heard", [None, *CallStatus])
def test_VOI_06_what_was_heard_of_a_call_decides_it(heard: CallStatus | None) -> None:
    held = held_by("+44 7700 900067")
    pending = msgspec.structs.replace(asked(held, way=Way("voiceMobile")), call_status=heard)
    verdict = PHONE.verify(held, pending, Answer(""), at=NOON)
    if heard is CallStatus.APPROVED:
        assert isinstance(verdict, Accepted)
    elif heard is None or not heard.is_final:
        assert verdict == Awaiting()
    else:
        assert verdict == Rejected(Because(heard.value))
    assert PHONE.verify(held, pending, Answer(""), at=pending.expires_at) == Rejected(Because.LATE)


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("en", "Hello. This is Contoso. Press the pound key to sign in. If it was not you"),
        ("de", "Guten Tag. Hier ist Contoso. Drücken Sie die Raute-Taste, um sich anzumelden."),
        ("ar", "مرحبًا. معك Contoso. اضغط على مفتاح المربع لتسجيل الدخول."),
    ],
)
def test_LNG_02_VOI_09_a_call_speaks_the_language_of_the_page(language: str, greeting: str) -> None:
    challenge = PHONE.challenge(
        held_by("+44 7700 900067"),
        Question(
            id=ChallengeId("c1"),
            purpose=Purpose.SIGN_IN,
            way=Way("voiceMobile"),
            language=language,
            at=NOON,
        ),
        lambda count: b"x" * count,
    )
    assert isinstance(challenge.message, Call)
    assert challenge.message.greeting.startswith(greeting)
    assert challenge.language == language
