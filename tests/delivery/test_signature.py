import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proofup.delivery.signature import InvalidSignatureError, signed_headers, verify_signature
from proofup.values.secret import Secret

PAPER = (Path(__file__).parents[2] / "docs" / "carriers" / "webhook.md").read_text()
SECRET = Secret("a-secret-of-32-letters-or-more-x")
AT = datetime(2026, 11, 21, 14, 32, 5, 900_000, tzinfo=UTC)
BODY = b'{"id":"m-1"}'


def example() -> tuple[str, str, bytes, str]:
    blocks = re.findall(
        r"```(?:text|json)\n(.*?)\n```", PAPER.split("A worked example", 1)[1], re.DOTALL
    )
    secret, timestamp, body, header = blocks
    return secret, timestamp, body.encode(), header


def test_NE2_the_worked_example_of_the_paper_is_right() -> None:
    secret, timestamp, body, header = example()
    at = datetime.fromtimestamp(int(timestamp), UTC)
    assert signed_headers(Secret(secret), body, at=at) == {
        "Proofup-Timestamp": timestamp,
        "Proofup-Signature": header,
    }
    by_hand = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    assert header == f"v1={by_hand.hexdigest()}"


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_NE2_what_was_signed_within_five_minutes_is_taken(minutes: int) -> None:
    headers = signed_headers(SECRET, BODY, at=AT.replace(microsecond=0))
    at = AT.replace(microsecond=0) + timedelta(minutes=minutes)
    verify_signature(SECRET, headers, BODY, at=at)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_NE2_an_old_or_early_signature_is_refused(seconds: int) -> None:
    headers = signed_headers(SECRET, BODY, at=AT.replace(microsecond=0))
    with pytest.raises(InvalidSignatureError) as refusal:
        verify_signature(
            SECRET, headers, BODY, at=AT.replace(microsecond=0) + timedelta(seconds=seconds)
        )
    assert refusal.value.header == "Proofup-Timestamp"


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        ({"Proofup-Timestamp": "1795271526"}, "Proofup-Signature"),
        ({"Proofup-Timestamp": ""}, "Proofup-Timestamp"),
        ({"Proofup-Timestamp": "now"}, "Proofup-Timestamp"),
        ({"Proofup-Timestamp": "-1795262525"}, "Proofup-Timestamp"),
        ({"Proofup-Timestamp": "١٧٩٥٢٦٢٥٢٥"}, "Proofup-Timestamp"),
        ({"Proofup-Timestamp": "99999999999"}, "Proofup-Timestamp"),
        ({"Proofup-Signature": ""}, "Proofup-Signature"),
        ({"Proofup-Signature": "v1=" + 64 * "0"}, "Proofup-Signature"),
        ({"Proofup-Signature": "v1=é"}, "Proofup-Signature"),
    ],
)
def test_NE2_a_changed_header_is_refused(changed: dict[str, str], header: str) -> None:
    headers = signed_headers(SECRET, BODY, at=AT) | changed
    with pytest.raises(InvalidSignatureError) as refusal:
        verify_signature(SECRET, headers, BODY, at=AT)
    assert refusal.value.header == header


def test_NE2_another_body_or_secret_is_refused() -> None:
    headers = signed_headers(SECRET, BODY, at=AT)
    with pytest.raises(InvalidSignatureError):
        verify_signature(SECRET, headers, BODY + b" ", at=AT)
    with pytest.raises(InvalidSignatureError):
        verify_signature(Secret("another"), headers, BODY, at=AT)
    with pytest.raises(InvalidSignatureError):
        verify_signature(SECRET, {}, BODY, at=AT)
