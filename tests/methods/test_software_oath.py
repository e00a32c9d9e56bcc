import base64
import hashlib
import hmac
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.responder import Responder
from proofup.methods.abilities import RegistrableMethod
from proofup.methods.declaration import Factor
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Because,
    Challenge,
    Purpose,
    Question,
    Rejected,
    VerificationMethod,
)
from proofup.methods.registered_methods import NewMethod, RegisteredMethod
from proofup.methods.software_oath import (
    LONGEST_DISPLAY_NAME,
    SECRET_BYTES,
    InvalidDisplayNameError,
    SoftwareOath,
)
from proofup.methods.time_based_code import hotp, matching_step
from proofup.values.ids import ChallengeId, Entropy, MethodId, UserId
from proofup.values.ways import Way

SECRET = b"12345678901234567890"  # of both RFCs
EQUAL_NEIGHBOURS = 910737  # a step whose code is that of the next one, found by search
STEP = timedelta(seconds=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
OATH = SoftwareOath(organisation="Contoso")
SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 31),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)

RFC_4226_APPENDIX_D = list(
    enumerate(
        [
            "755224",
            "287082",
            "359152",
            "969429",
            "338314",
            "254676",
            "287922",
            "162583",
            "399871",
            "520489",
        ]
    )
)
RFC_6238_APPENDIX_B = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def shown(secret: bytes, at: datetime) -> str:
    """Return the code of an app with ``secret``, computed independently of the code under test."""
    counter = (at - EPOCH) // STEP
    digest = hmac.digest(secret, counter.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def scanned(method: VerificationMethod, held: RegisteredMethod) -> bytes:
    """Return the key an app reads from the page."""
    assert isinstance(method, RegistrableMethod)
    provisioning = method.provisioning(held, account="rosa@example.com")
    assert provisioning is not None
    return base64.b32decode(provisioning.secret.reveal())


def app(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    del pending
    return shown(scanned(method, held), at)


def another(
    method: VerificationMethod, held: RegisteredMethod, pending: Challenge, at: datetime
) -> str:
    near = {app(method, held, pending, at + drift * STEP) for drift in range(-20, 21)}
    return next(code for code in map("{:06}".format, range(50)) if code not in near)


RESPONDER = Responder(
    typed={"displayName": "Rosa's work phone"},
    right=app,
    wrong=another,
    kept_in=lambda method, held: (
        base64.b32encode(scanned(method, held)).decode(),
        base64.b64encode(scanned(method, held)).decode(),
        repr(scanned(method, held)),
    ),
    once_by_itself=True,
)


def candidate(
    typed: dict[str, str] | None = None, *, entropy: Entropy = os.urandom
) -> RegisteredMethod:
    return OATH.candidate(
        typed or {},
        NewMethod(id=MethodId("m1"), user_id=UserId("rosa"), slot="oath.1", at=NOON),
        entropy,
    )


def asked(held: RegisteredMethod, at: datetime, purpose: Purpose = Purpose.SIGN_IN) -> Challenge:
    return OATH.challenge(
        held,
        Question(id=ChallengeId("c1"), purpose=purpose, way=Way("oath"), language="en", at=at),
        os.urandom,
    )


@pytest.mark.parametrize(("counter", "value"), RFC_4226_APPENDIX_D)
def test_values_of_rfc_4226_appendix_d(counter: int, value: str) -> None:
    assert hotp(SECRET, counter) == value


@pytest.mark.parametrize(("seconds", "value"), RFC_6238_APPENDIX_B)
def test_TOT_01_values_of_rfc_6238_appendix_b(seconds: int, value: str) -> None:
    assert hotp(SECRET, seconds // 30, digits=8) == value
    at = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(SECRET, value[2:], at=at) == seconds // 30


@pytest.mark.skipif(
    shutil.which("oathtool") is None,
    reason="NO INDEPENDENT JUDGE of one-time codes: oathtool is not installed",
)
@pytest.mark.parametrize("secret", [SECRET, bytes(20), bytes(range(20)), b"\xff" * 20])
@pytest.mark.parametrize("start", ["2026-03-01 12:00:00 UTC", "2038-01-19 03:13:00 UTC"])
def test_oathtool_agrees_on_an_hour_of_codes(secret: bytes, start: str) -> None:
    judged = subprocess.run(
        ["oathtool", "--totp", "--now", start, "--window", "120", secret.hex()],
        check=True,
        capture_output=True,
        text=True,
    )
    first = datetime.strptime(start, "%Y-%m-%d %H:%M:%S %Z").replace(tzinfo=UTC)
    counter = int(first.timestamp()) // 30
    assert judged.stdout.split() == [hotp(secret, counter + step) for step in range(121)]


@given(SECRETS, INSTANTS)
def test_OT2_TOT_02_the_present_step_and_one_on_each_side_are_accepted(
    secret: bytes, at: datetime
) -> None:
    present = (at - EPOCH) // STEP
    near = {shown(secret, at + drift * STEP) for drift in (-1, 0, 1)}
    for code in near:
        step = matching_step(secret, code, at=at)
        assert step is not None
        assert abs(step - present) <= 1
    for drift in (-3, -2, 2, 3):
        code = shown(secret, at + drift * STEP)
        assert code in near or matching_step(secret, code, at=at) is None


def test_OT2_steps_turn_at_the_very_microsecond() -> None:
    turn = datetime(9999, 3, 1, 12, 0, 30, tzinfo=UTC)  # where a float would round it away
    step = int(turn.timestamp()) // 30
    assert matching_step(SECRET, hotp(SECRET, step + 1), at=turn) == step + 1
    before = turn - timedelta(microseconds=1)
    assert matching_step(SECRET, hotp(SECRET, step + 1), at=before) is None
    assert matching_step(SECRET, hotp(SECRET, step - 2), at=before) == step - 2
    assert matching_step(SECRET, hotp(SECRET, step - 2), at=turn) is None


def test_OT2_nothing_comes_before_the_first_step() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    assert matching_step(SECRET, "755224", at=start) == 0
    assert matching_step(SECRET, "287082", at=start) == 1


@given(SECRETS, INSTANTS, st.lists(st.integers(-1, 1), max_size=6))
def test_OT3_a_code_works_once_and_none_before_it_afterwards(
    secret: bytes, at: datetime, drifts: list[int]
) -> None:
    held = candidate(entropy=lambda _: secret)
    pending = asked(held, at)
    accepted: list[int] = []
    present = (at - EPOCH) // STEP
    for drift in (*drifts, 0, 1, 1, 0, -1):
        verdict = OATH.verify(held, pending, Answer(hotp(secret, present + drift)), at=at)
        if isinstance(verdict, Accepted):
            held = verdict.method
            accepted.append(drift)
        else:
            assert verdict == Rejected(Because.ALREADY_USED)
    assert accepted == sorted(set(accepted))
    assert accepted[-1] == 1


def test_OT3_where_two_steps_share_a_code_both_are_used_up() -> None:
    step = EQUAL_NEIGHBOURS
    held = candidate(entropy=lambda _: SECRET)
    at = datetime.fromtimestamp(step * 30, UTC)
    code = hotp(SECRET, step)
    assert code == hotp(SECRET, step + 1)
    assert matching_step(SECRET, code, at=at) == step + 1
    verdict = OATH.verify(held, asked(held, at), Answer(code), at=at)
    assert isinstance(verdict, Accepted)
    later = at + STEP
    again = OATH.verify(verdict.method, asked(held, later), Answer(code), at=later)
    assert again == Rejected(Because.ALREADY_USED)


def test_OT3_D10_a_clock_set_back_accepts_no_used_code() -> None:
    held = candidate(entropy=lambda _: SECRET)
    verdict = OATH.verify(held, asked(held, NOON), Answer(shown(SECRET, NOON)), at=NOON)
    assert isinstance(verdict, Accepted)
    for back in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)):
        past = NOON - back
        again = OATH.verify(verdict.method, asked(held, past), Answer(shown(SECRET, past)), at=past)
        assert again == Rejected(Because.ALREADY_USED)


def test_OT4_the_code_that_confirms_a_registration_is_used_up() -> None:
    held = candidate(entropy=lambda _: SECRET)
    pending = asked(held, NOON, Purpose.REGISTRATION)
    verdict = OATH.verify(held, pending, Answer(shown(SECRET, NOON)), at=NOON)
    assert isinstance(verdict, Accepted)
    signing_in = asked(held, NOON)
    again = OATH.verify(verdict.method, signing_in, Answer(shown(SECRET, NOON)), at=NOON)
    assert again == Rejected(Because.ALREADY_USED)


def test_OT4_there_is_time_to_find_an_app_and_less_to_sign_in() -> None:
    held = candidate()
    assert asked(held, NOON, Purpose.REGISTRATION).expires_at == NOON + timedelta(minutes=10)
    assert asked(held, NOON).expires_at == NOON + timedelta(minutes=3)


def test_OT1_a_key_has_160_bits_all_drawn() -> None:
    asked_for: list[int] = []

    def entropy(count: int) -> bytes:
        asked_for.append(count)
        return bytes(range(count))

    held = candidate(entropy=entropy)
    assert asked_for == [20]
    assert scanned(OATH, held) == bytes(range(20))


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), SECRETS)
def test_TOT_01_apps_can_read_the_address_whatever_the_names(
    organisation: str, account: str, secret: bytes
) -> None:
    try:
        (organisation + account).encode()
    except UnicodeEncodeError:
        return
    method = SoftwareOath(organisation=organisation)
    held = candidate(entropy=lambda _: secret)
    assert isinstance(method, RegistrableMethod)
    provisioning = method.provisioning(held, account=account)
    assert provisioning is not None
    address = urlsplit(provisioning.uri.reveal())
    fields = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/{organisation}:{account}"
    assert fields["secret"] == provisioning.secret.reveal()
    assert base64.b32decode(fields["secret"]) == secret
    assert fields["issuer"] == organisation
    assert (fields["digits"], fields["algorithm"], fields["period"]) == ("6", "SHA1", "30")


def test_OT6_TOT_07_what_is_shown_once_hides_itself_afterwards() -> None:
    held = candidate({"displayName": "Tablet"})
    provisioning = OATH.provisioning(held, account="rosa@example.com")
    key = base64.b32encode(scanned(OATH, held)).decode()
    assert key not in repr(provisioning)
    assert key not in repr(OATH.describe(held))
    assert OATH.describe(held).full == OATH.describe(held).masked == "Tablet"
    assert OATH.describe(held).number is None


@pytest.mark.parametrize("name", ["x" * (LONGEST_DISPLAY_NAME + 1), "a\nb", "a\u0000b", "\ud800"])
def test_WE3_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidDisplayNameError):
        candidate({"displayName": name})


@pytest.mark.parametrize(
    "name", ["", "x" * LONGEST_DISPLAY_NAME, "Téléphone de Zoé", "🦊", "گو\u200cشی"]
)
def test_other_names_are_kept_as_typed(name: str) -> None:
    assert OATH.describe(candidate({"displayName": f" {name} "})).full == name


def test_an_app_is_something_one_has_and_there_are_five_at_the_most() -> None:
    held = candidate()
    assert OATH.declaration.factors == {Factor.HAVE}
    assert [slot.name for slot in OATH.declaration.slots] == [
        "oath.1",
        "oath.2",
        "oath.3",
        "oath.4",
        "oath.5",
    ]
    assert list(OATH.ways(held)) == [Way("oath")]


def test_TOT_05_nothing_is_sent_and_any_app_may_answer() -> None:
    pending = asked(candidate(), NOON)
    assert (pending.message, pending.verifier, pending.method_id) == (None, None, None)


def test_OT3_no_code_that_may_have_been_accepted_counts_after_a_restore() -> None:
    copied = candidate()
    secret = scanned(OATH, copied)
    held = OATH.put_back(copied, at=NOON)
    for near in (-1, 0, 1):
        code = shown(secret, NOON + near * STEP)
        verdict = OATH.verify(held, asked(held, NOON), Answer(code), at=NOON)
        assert verdict == Rejected(Because.ALREADY_USED)
    later = NOON + 2 * STEP
    verdict = OATH.verify(held, asked(held, later), Answer(shown(secret, later)), at=later)
    assert isinstance(verdict, Accepted)


def test_an_app_that_is_set_up_again_is_another_one() -> None:
    assert not OATH.is_typed(candidate(), {"displayName": "the same"})


@pytest.mark.parametrize(
    ("steps", "because"),
    [(-21, Because.WRONG), (-20, Because.CLOCK), (-2, Because.CLOCK), (2, Because.CLOCK),
     (20, Because.CLOCK), (21, Because.WRONG)],
)  # fmt: skip
def test_a_code_that_is_minutes_off_points_at_the_clock(steps: int, because: Because) -> None:
    held = candidate()
    code = shown(scanned(OATH, held), NOON + steps * STEP)
    verdict = OATH.verify(held, asked(held, NOON), Answer(code), at=NOON)
    assert verdict == Rejected(because)


def test_the_organisation_is_written_for_apps_that_show_a_plus_as_it_is() -> None:
    method = SoftwareOath(organisation="Contoso + Sons, 1+1")
    provisioning = method.provisioning(candidate(), account="rosa+work@example.com")
    assert provisioning
    uri = provisioning.uri.reveal()
    assert "+" not in uri
    assert "issuer=Contoso%20%2B%20Sons%2C%201%2B1" in uri
