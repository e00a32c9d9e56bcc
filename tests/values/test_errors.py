import inspect
from datetime import UTC, datetime

import pytest

from proofup.values import errors
from proofup.values.errors import (
    AlreadySpentError,
    InvalidNameError,
    InvalidPhoneNumberError,
    LimitReachedError,
    NameTakenError,
    ProofupError,
    SlotTakenError,
    StaleError,
    StaleMethodError,
    StoreBusyError,
    TooBusyError,
)


def test_every_refusal_is_a_proofup_error() -> None:
    classes = [found for _, found in inspect.getmembers(errors, inspect.isclass)]
    ours = [found for found in classes if found.__module__ == errors.__name__]
    assert len(ours) > 10
    assert all(issubclass(found, ProofupError) for found in ours)


@pytest.mark.parametrize("lost", [AlreadySpentError(), StaleMethodError(), SlotTakenError("x")])
def test_a_lost_race_can_be_caught_as_one(lost: ProofupError) -> None:
    assert isinstance(lost, StaleError)


def test_a_busy_store_can_be_caught_as_too_busy() -> None:
    assert isinstance(StoreBusyError(), TooBusyError)
    assert StoreBusyError(retry_after_seconds=3).retry_after_seconds == 3
    assert TooBusyError().retry_after_seconds == 1


def test_errors_carry_what_a_caller_acts_on() -> None:
    until = datetime(2026, 3, 1, tzinfo=UTC)
    limit = LimitReachedError("signIn", until)
    assert (limit.limit, limit.until) == ("signIn", until)
    assert InvalidPhoneNumberError("empty").reason == "empty"
    assert InvalidNameError("spaces").reason == "spaces"
    assert SlotTakenError("phone.mobile").slot == "phone.mobile"
    assert NameTakenError("a@b").user_principal_name == "a@b"
