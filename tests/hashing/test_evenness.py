import pytest

from proofup.hashing.evenness import LONGEST_SECONDS, MOST_KINDS, Evenness


def test_with_one_kind_of_hash_nobody_waits() -> None:
    even = Evenness()
    assert even.seconds_left(0.1) == 0
    even.note("ours", 0.2)
    assert even.seconds_left(0.1) == 0


def test_GU2_a_quick_kind_waits_for_the_slow_one() -> None:
    even = Evenness()
    even.note("ours", 0.2)
    even.note("ssha", 0.000001)
    even.note("bcrypt 14", 1.0)
    assert even.seconds_left(0.2) == pytest.approx(0.8)
    assert even.seconds_left(1.3) == 0


def test_a_machine_that_stood_still_for_once_is_soon_forgotten() -> None:
    even = Evenness()
    even.note("ssha", 0.0)
    for _ in range(20):
        even.note("ours", 0.2)
    even.note("ours", 60.0)
    assert even.seconds_left(0) == pytest.approx(0.25)
    for _ in range(60):
        even.note("ours", 0.2)
    assert even.seconds_left(0) == pytest.approx(0.2, rel=0.03)
    even.note("asleep", 60.0)
    assert even.seconds_left(0) == LONGEST_SECONDS


def test_no_more_kinds_are_remembered_than_a_machine_can_have() -> None:
    even = Evenness()
    for number in range(MOST_KINDS + 1):
        even.note(f"pbkdf2 {number}", 1.0 if number == 0 else 0.5)
    assert even.seconds_left(0) == 0.5
