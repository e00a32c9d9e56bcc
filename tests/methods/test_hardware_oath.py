"""Hardware tokens, by RFC 6238 and the rows HWT."""

import base64
import os
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from methods.responder import Responder
from proofup.directory.oath_tokens import HashAlgorithm, OathToken
from proofup.methods.hardware_oath import (
    SLOT,
    WAY,
    HardwareOath,
    InvalidTokenNameError,
    _read,
    typed_codes,
)
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
from proofup.values.errors import InvalidInputError
from proofup.values.ids import ChallengeId, MethodId, UserId
from proofup.values.secret import Secret

NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
ROSA = UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa")
METHOD = HardwareOath()
STEP = timedelta(seconds=30)
SEED = b"1234567890" * 7
# RFC 6238, appendix B: the seed is as long as the hash.
LENGTHS = {HashAlgorithm.SHA1: 20, HashAlgorithm.SHA256: 32, HashAlgorithm.SHA512: 64}
RFC_6238_APPENDIX_B = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


def token(secret: bytes = b"k" * 20, **more: object) -> OathToken:
    plain = OathToken(
        id=MethodId("token 1"), serial_number="A-1", secret=Secret(secret), added_at=NOON
    )
    return replace(plain, **more)


def assigned(of: OathToken | None = None, user_id: UserId = ROSA) -> RegisteredMethod:
    secret = user_id.encode()[:20].ljust(20, b"k")
    return METHOD.of_token(of or token(secret), {}, user_id=user_id, slot=SLOT, at=NOON)


def asked(held: RegisteredMethod, purpose: Purpose, at: datetime = NOON) -> Challenge:
    return METHOD.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=purpose, way=WAY, language="en", at=at),
        os.urandom,
    )


def given(
    held: RegisteredMethod, typed: str, at: datetime = NOON, *, purpose: Purpose = Purpose.SIGN_IN
) -> Verdict:
    return METHOD.verify(held, asked(held, purpose, at), Answer(typed), at=at)


def code(held: RegisteredMethod, at: datetime = NOON, *, steps: int = 0) -> str:
    document = _read(held)
    return document.code(document.step(at) + steps)


def activated(
    held: RegisteredMethod, typed: str | None = None, at: datetime = NOON
) -> RegisteredMethod:
    verdict = given(held, typed or code(held, at), at, purpose=Purpose.REGISTRATION)
    assert isinstance(verdict, Accepted), verdict
    return verdict.method


def _active(_: VerificationMethod, held: RegisteredMethod) -> RegisteredMethod:
    document = replace(_read(held), is_activated=True)
    return replace(held, document=msgspec.json.encode(document))


def _right(_: VerificationMethod, held: RegisteredMethod, __: Challenge, at: datetime) -> str:
    return code(held, at)


def _wrong(_: VerificationMethod, held: RegisteredMethod, __: Challenge, at: datetime) -> str:
    near = {code(held, at, steps=steps) for steps in range(-25, 26)}
    return next(text for number in range(100) if (text := f"{number:06}") not in near)


RESPONDER = Responder(
    typed={"serialNumber": "A-1"},
    right=_right,
    wrong=_wrong,
    kept_in=lambda _, held: (base64.b64encode(_read(held).secret).decode(),),
    once_by_itself=True,
    registered=_active,
    candidate=lambda _, user_id, __: assigned(user_id=user_id),
)


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), RFC_6238_APPENDIX_B)
def test_HWT_03_values_of_rfc_6238_appendix_b(
    seconds: int, sha1: str, sha256: str, sha512: str
) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    for algorithm, value in zip(HashAlgorithm, (sha1, sha256, sha512), strict=True):
        secret = SEED[: LENGTHS[algorithm]]
        held = assigned(token(secret, algorithm=algorithm, digits=8))
        assert code(held, at) == value
        assert isinstance(given(activated(held, value, at), code(held, at, steps=1), at), Accepted)


def test_HWT_03_a_step_of_a_minute_has_one_code_for_a_minute() -> None:
    held = assigned(token(time_interval_seconds=60))
    at = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    assert code(held, at) == code(held, at + timedelta(seconds=59))
    assert code(held, at) != code(held, at + timedelta(seconds=60))


def test_HWT_08_a_token_counts_once_a_code_of_it_was_typed() -> None:
    held = assigned()
    assert not METHOD.available(held, at=NOON)
    assert given(held, code(held)) == Rejected(Because.CLOCK)
    now = activated(held)
    assert METHOD.available(now, at=NOON)
    assert METHOD.describe(now).facts["activated"] == "yes"


@pytest.mark.parametrize("drift", [-10, -3, 0, 4, 10])
def test_TOT_02_HWT_07_the_drift_of_a_token_is_learned_when_it_is_activated(drift: int) -> None:
    held = activated(assigned(), code(assigned(), steps=drift))
    later = NOON + timedelta(hours=1)
    assert isinstance(given(held, code(held, later, steps=drift), later), Accepted)
    if abs(drift) > 1:
        assert not isinstance(given(held, code(held, later), later), Accepted)


def test_drift_goes_on_being_learned() -> None:
    held = activated(assigned())
    for number in range(1, 6):
        at = NOON + number * timedelta(days=30)
        verdict = given(held, code(held, at, steps=number), at)
        assert isinstance(verdict, Accepted)
        held = verdict.method
    assert _read(held).drift == 5


def test_a_token_whose_clock_is_far_off_takes_two_codes_in_a_row() -> None:
    held = assigned()
    one = given(held, code(held, steps=15), purpose=Purpose.REGISTRATION)
    assert one == Rejected(Because.CLOCK)
    far = f"{code(held, steps=80)} {code(held, steps=81)}"
    assert isinstance(given(activated(held, far), code(held, steps=82)), Accepted)
    apart = f"{code(held, steps=80)} {code(held, steps=83)}"
    assert given(held, apart, purpose=Purpose.REGISTRATION) == Rejected(Because.WRONG)
    assert given(held, "no code", purpose=Purpose.REGISTRATION) == Rejected(Because.WRONG)


def test_OT3_TOT_03_each_step_is_accepted_once() -> None:
    held = activated(assigned())
    assert given(held, code(held)) == Rejected(Because.ALREADY_USED)
    assert given(held, code(held, steps=-1)) == Rejected(Because.ALREADY_USED)


def test_HWT_12_a_token_that_is_deactivated_is_activated_anew() -> None:
    held = METHOD.deactivated(activated(assigned()))
    assert not METHOD.available(held, at=NOON)
    later = NOON + STEP
    assert METHOD.available(activated(held, code(held, later), later), at=later)


def test_a_serial_number_that_was_typed_again_changes_nothing_unless_it_activates() -> None:
    held = assigned()
    assert not METHOD.is_typed(held, {"serialNumber": "A-1"})
    assert METHOD.is_typed(activated(held), {"serialNumber": "A-1"})


def test_what_is_typed_alone_makes_no_token() -> None:
    with pytest.raises(InvalidInputError):
        METHOD.candidate(
            {"serialNumber": "A-1"},
            NewMethod(id=MethodId("m1"), user_id=ROSA, slot=SLOT, at=NOON),
            os.urandom,
        )


@pytest.mark.parametrize("name", ["a" * 65, "bell \a"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidTokenNameError):
        METHOD.renamed(assigned(), name)


def test_a_token_is_called_by_its_name_or_else_its_serial_number() -> None:
    assert METHOD.describe(assigned()).full == "A-1"
    assert METHOD.describe(METHOD.renamed(assigned(), "Blue")).full == "Blue"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("123456", ("123456",)),
        ("123 456 654 321", ("123456", "654321")),
        ("\u0661\u0662\u0663456", ("123456",)),
        ("12345", ()),
        ("1234567", ()),
        ("1" * 300, ()),
        ("code 123456", ()),
    ],
)
def test_one_code_or_two_are_read(typed: str, codes: tuple[str, ...]) -> None:
    assert typed_codes(typed, 6) == codes
