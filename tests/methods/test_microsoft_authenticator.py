"""The authenticator app: what its device signs, the number, and the codes beside it."""

import base64
import os
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from methods.responder import Responder
from proofup.methods.abilities import NewDevice
from proofup.methods.device_signatures import ANSWER, InvalidDeviceKeyError, SignedAnswer
from proofup.methods.microsoft_authenticator import (
    CODE,
    LONGEST_DISPLAY_NAME,
    PUSH,
    InvalidDeviceNameError,
    MicrosoftAuthenticator,
)
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Awaiting,
    Because,
    CallStatus,
    Challenge,
    Origin,
    Purpose,
    Question,
    Rejected,
    VerificationMethod,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.methods.time_based_code import hotp
from proofup.values.client import Client
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.messages import Subscription
from proofup.values.ways import Way

NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
ROBIN = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
APP = MicrosoftAuthenticator()
KEYS: dict[MethodId, EllipticCurvePrivateKey] = {}
SUBSCRIPTION = Subscription(
    endpoint="https://push.example/1", p256dh=b"\4" * 65, auth=b"a" * 16, server_key=b"\4" * 65
)


def point(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def signed(key: EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Return a signature as WebCrypto writes it."""
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sent(key: EllipticCurvePrivateKey, told: object, *, prefix: bytes = ANSWER) -> str:
    """Return what a device posts."""
    text = msgspec.json.encode(told).decode()
    signature = base64.b64encode(signed(key, prefix + text.encode())).decode()
    return msgspec.json.encode({"text": text, "signature": signature}).decode()


def answer(
    held: RegisteredMethod, pending: Challenge, *, decision: str = "approve", number: str = ""
) -> SignedAnswer:
    return SignedAnswer(
        request=pending.id,
        user=held.user_id,
        device=held.id,
        purpose=pending.purpose,
        shown=APP.asked(pending),
        decision=decision,
        number=number or APP.number(pending) or "",
        at=0,
    )


def completed(_: VerificationMethod, candidate: RegisteredMethod) -> RegisteredMethod:
    key = KEYS[candidate.id] = generate_private_key(SECP256R1())
    device = NewDevice(public_key=point(key), name="Chrome on Android")
    return APP.enrolled(candidate, device, at=NOON)


def approves(
    _: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    del at
    return sent(KEYS[held.id], answer(held, pending))


def forges(_: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime) -> str:
    del at
    return sent(generate_private_key(SECP256R1()), answer(held, pending))


RESPONDER = Responder(
    typed={"displayName": "Robin's Pixel"},
    right=approves,
    wrong=forges,
    kept_in=lambda _, held: (
        base64.b64encode(APP.codes_secret(held).reveal()).decode(),
        repr(APP.codes_secret(held).reveal()),
    ),
    once_by_itself=False,
    completed=completed,
)


def candidate(name: str = "Robin's Pixel") -> RegisteredMethod:
    return APP.candidate(
        {"displayName": name},
        NewMethod(id=MethodId("m1"), user_id=ROBIN, slot="authenticator.1", at=NOON),
        os.urandom,
    )


def device(name: str = "Robin's Pixel") -> RegisteredMethod:
    return completed(APP, candidate(name))


def asked(held: RegisteredMethod, way: Way = PUSH, purpose: Purpose = Purpose.SIGN_IN) -> Challenge:
    return APP.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=purpose, way=way, language="en", at=NOON),
        os.urandom,
    )


def judged(held: RegisteredMethod, pending: Challenge, typed: str) -> object:
    return APP.verify(held, pending, Answer(typed), at=NOON)


def test_PSH_01_PSH_02_a_request_shows_two_digits_and_lives_for_a_minute() -> None:
    held = device()
    numbers = {APP.number(asked(held)) for _ in range(2000)}
    assert numbers == {f"{number:02}" for number in range(100)}
    assert asked(held).expires_at == NOON + timedelta(seconds=60)
    assert asked(held).method_id is None, "any device of the person may answer"
    assert asked(held, purpose=Purpose.REGISTRATION).method_id == held.id


def test_PS2_PSH_04_another_number_than_the_one_on_the_page_is_wrong() -> None:
    held = device()
    pending = asked(held)
    number = f"{(int(APP.number(pending) or 0) + 1) % 100:02}"
    told = answer(held, pending, number=number)
    assert judged(held, pending, sent(KEYS[held.id], told)) == Rejected(Because.WRONG)
    no_number = replace(answer(held, pending), number="")
    assert judged(held, pending, sent(KEYS[held.id], no_number)) == Rejected(Because.WRONG)


@pytest.mark.parametrize(
    ("decision", "because"),
    [("deny", Because.DENIED), ("report", Because.FRAUD), ("other", Because.WRONG)],
)
def test_PSH_07_a_device_denies_and_reports(decision: str, because: Because) -> None:
    held = device()
    pending = asked(held)
    told = answer(held, pending, decision=decision)
    assert judged(held, pending, sent(KEYS[held.id], told)) == Rejected(because)


def test_PS1_PS5_PSH_06_the_signature_covers_everything_that_the_device_has_shown() -> None:
    held = device()
    client = Client(address="203.0.113.24", agent="Chrome/156.0 (Windows NT 10.0)")
    pending = replace(asked(held), origin=Origin(application="Expenses", client=client))
    shown = msgspec.json.decode(APP.asked(pending))
    assert (shown["application"], shown["address"]) == ("Expenses", "203.0.113.24")
    assert (shown["browser"], shown["system"]) == ("Chrome", "Windows")
    right = answer(held, pending)
    assert isinstance(judged(held, pending, sent(KEYS[held.id], right)), Accepted)
    elsewhere = replace(pending, origin=Origin(application="Payroll", client=client))
    for other in (
        replace(right, request="c2"),
        replace(right, user="another"),
        replace(right, device="another"),
        replace(right, purpose=Purpose.REGISTRATION),
        replace(right, shown=APP.asked(elsewhere)),
    ):
        assert judged(held, pending, sent(KEYS[held.id], other)) == Rejected(Because.WRONG)
    other_text = sent(KEYS[held.id], right, prefix=b"proofup.authenticator.call.v1\n")
    assert judged(held, pending, other_text) == Rejected(Because.WRONG)


@pytest.mark.parametrize(
    "typed",
    ["{}", "[]", '{"text": "{}", "signature": "AA=="}', '{"text": "{", "signature": "?"}'],
)
def test_what_no_device_has_signed_is_wrong(typed: str) -> None:
    held = device()
    assert judged(held, asked(held), typed) == Rejected(Because.WRONG)


def test_a_signature_of_another_length_or_form_is_none() -> None:
    held = device()
    right = signed(KEYS[held.id], b"text")
    assert APP.is_signed(held, b"text", right)
    assert not APP.is_signed(held, b"another text", right)
    assert not APP.is_signed(held, b"text", right[:-1])
    assert not APP.is_signed(held, b"text", bytes(64))
    assert not APP.is_signed(candidate(), b"text", right), "there is no key yet"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Awaiting()),
        (CallStatus.DENIED, Rejected(Because.DENIED)),
        (CallStatus.FRAUD, Rejected(Because.FRAUD)),
        (CallStatus.WRONG_NUMBER, Rejected(Because.WRONG_NUMBER)),
        (CallStatus.RINGING, Awaiting()),
    ],
)
def test_the_page_is_told_what_the_device_has_answered(
    status: CallStatus | None, verdict: object
) -> None:
    held = device()
    pending = replace(asked(held), call_status=status)
    assert judged(held, pending, "") == verdict


def test_an_approval_counts_until_the_request_is_over() -> None:
    held = device()
    pending = replace(asked(held), call_status=CallStatus.APPROVED)
    assert judged(held, pending, "") == Accepted(held.used(at=NOON))
    late = APP.verify(held, pending, Answer(""), at=pending.expires_at)
    assert late == Rejected(Because.LATE)


def test_PS7_a_candidate_waits_for_its_device_by_a_code_of_120_bits() -> None:
    found = candidate()
    code = APP.enrolment_code(found)
    assert code is not None
    assert len(base64.b32decode(code.reveal())) == 15
    shown = APP.provisioning(found, account="robin@contoso.test")
    assert shown is not None
    assert shown.uri.reveal() == f"/authenticator#{code.reveal()}"
    assert APP.ways(found) == (PUSH,), "without a device there are no codes"
    pending = asked(found, purpose=Purpose.REGISTRATION)
    assert (APP.number(pending), pending.verifier) == (None, None)
    assert pending.expires_at == NOON + timedelta(minutes=10)
    assert judged(found, pending, "") == Awaiting()
    enrolled = completed(APP, found)
    assert APP.enrolment_code(enrolled) is None
    assert APP.provisioning(enrolled, account="robin@contoso.test") is None


@pytest.mark.parametrize("key", [b"", b"\4" * 65, b"\2" + bytes(32), bytes(65)])
def test_a_key_that_is_no_point_on_the_curve_enrols_nothing(key: bytes) -> None:
    with pytest.raises(InvalidDeviceKeyError):
        APP.enrolled(candidate(), NewDevice(public_key=key, name=""), at=NOON)


def test_APP_05_a_device_is_named_by_its_owner_or_by_itself() -> None:
    assert APP.describe(device()).full == "Robin's Pixel"
    assert APP.describe(device("")).full == "Chrome on Android"
    renamed = APP.renamed(device(), "Tablet")
    assert APP.describe(renamed).full == "Tablet"
    for name in ("x" * (LONGEST_DISPLAY_NAME + 1), "\x00"):
        with pytest.raises(InvalidDeviceNameError):
            APP.renamed(device(), name)


def test_MX_01_there_is_room_for_five_devices() -> None:
    assert len(APP.declaration.slots) == 5


def test_every_set_up_is_a_new_device() -> None:
    assert not APP.is_typed(device(), {"displayName": "Robin's Pixel"})


def test_PSH_10_the_device_shows_codes_too_and_each_works_once() -> None:
    held = device()
    secret = APP.codes_secret(held).reveal()
    code = hotp(secret, int(NOON.timestamp()) // 30)
    pending = asked(held, CODE)
    assert APP.number(pending) is None
    assert pending.expires_at == NOON + timedelta(minutes=3)
    verdict = judged(held, pending, code)
    assert isinstance(verdict, Accepted)
    assert judged(verdict.method, pending, code) == Rejected(Because.ALREADY_USED)
    assert judged(held, pending, "no code") == Rejected(Because.WRONG)


def test_a_device_is_woken_where_it_has_subscribed() -> None:
    held = device()
    pending = asked(held)
    assert APP.wake(held, pending) is None
    push = APP.wake(APP.subscribed(held, SUBSCRIPTION), pending)
    assert push is not None
    assert (push.request, push.method_id, push.subscription) == ("c1", held.id, SUBSCRIPTION)
    assert "push.example" not in repr(push)
    gone = APP.subscribed(APP.subscribed(held, SUBSCRIPTION), None)
    assert APP.wake(gone, pending) is None
