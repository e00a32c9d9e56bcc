import asyncio
import base64
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from os import urandom

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from proofup.directory.passwords import PasswordCredential
from proofup.hashing import pool as pool_module
from proofup.hashing.cost import FLOOR, PRODUCT, Cost
from proofup.hashing.foreign import ForeignHash, read_foreign_hash
from proofup.hashing.lane import QUEUED_PER_THREAD
from proofup.hashing.pool import Argon2idPool, usable_cores
from proofup.hashing.recipes import Bcrypt
from proofup.hashing.verifiers import memory_kib
from proofup.values.errors import TooBusyError, UnreadableSecretError
from proofup.values.ids import UserId
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.secret import Secret

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KIM = UserId("kim")
CHEAP = Cost(memory_kib=8, passes=1)  # the least the algorithm takes
SSHA = "{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a"  # of test123


def ring(*ids: str) -> KeyRing:
    return KeyRing({KeyPurpose.PEPPER: {key: Secret(key.encode() * 32) for key in ids}})


@pytest.fixture
def argon() -> Iterator[Argon2idPool]:
    pool = Argon2idPool(ring("p1"), entropy=urandom, cost=CHEAP, cores=2)
    yield pool
    pool.close()


async def stored(pool: Argon2idPool, password: str) -> PasswordCredential:
    return await pool.hash(KIM, Secret(password), at=NOW)


def run(pool: Argon2idPool, kept: str, tried: str) -> bool:
    async def both() -> bool:
        return await pool.verify(Secret(tried), await stored(pool, kept))

    return asyncio.run(both())


def test_PW6_a_hash_is_argon2id_with_parameters_salt_and_pepper_id(argon: Argon2idPool) -> None:
    first, second = (asyncio.run(stored(argon, "correct horse battery")) for _ in range(2))
    assert first.verifier.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert first.verifier != second.verifier
    assert (first.pepper_id, first.user_id, first.changed_at) == ("p1", KIM, NOW)


def test_PW6_product_parameters_are_those_of_the_design_and_above_the_floor() -> None:
    assert Cost(memory_kib=65536, passes=3, lanes=1) == PRODUCT
    assert Cost(memory_kib=19456, passes=2, lanes=1) == FLOOR


def test_PW6_the_password_itself_is_never_what_is_hashed(argon: Argon2idPool) -> None:
    from argon2.exceptions import VerifyMismatchError
    from argon2.low_level import Type, verify_secret

    credential = asyncio.run(stored(argon, "correct horse battery"))
    with pytest.raises(VerifyMismatchError):
        verify_secret(credential.verifier.encode(), b"correct horse battery", Type.ID)


def test_PW6_other_parameters_or_another_pepper_are_outdated(argon: Argon2idPool) -> None:
    credential = asyncio.run(stored(argon, "correct horse battery"))
    costlier = Argon2idPool(
        ring("p1"), entropy=urandom, cost=Cost(memory_kib=16, passes=1), cores=1
    )
    peppered = Argon2idPool(ring("p1", "p2"), entropy=urandom, cost=CHEAP, cores=1)
    right = Secret("correct horse battery")
    assert not argon.outdated(credential, right)
    assert costlier.outdated(credential, right)
    assert peppered.outdated(credential, right)
    # The old pepper still verifies until the password is hashed anew.
    assert asyncio.run(peppered.verify(Secret("correct horse battery"), credential))
    costlier.close()
    peppered.close()


def test_PW6_a_pepper_that_is_gone_is_a_fault_and_no_wrong_password(argon: Argon2idPool) -> None:
    credential = asyncio.run(stored(argon, "correct horse battery"))
    other = Argon2idPool(ring("p9"), entropy=urandom, cost=CHEAP, cores=1)
    with pytest.raises(UnreadableSecretError):
        asyncio.run(other.verify(Secret("correct horse battery"), credential))
    other.close()


@given(password=st.text(min_size=1, max_size=128), last=st.characters())
@settings(max_examples=60, deadline=None)
def test_PW3_every_character_counts_to_the_last(password: str, last: str) -> None:
    import unicodedata

    pool = Argon2idPool(ring("p1"), entropy=urandom, cost=CHEAP, cores=1)
    changed = password[:-1] + last
    same = unicodedata.normalize("NFKC", changed) == unicodedata.normalize("NFKC", password)
    try:
        assert run(pool, password, password)
        assert run(pool, password, changed) is same
        assert not run(pool, password, password + "x")
    finally:
        pool.close()


@pytest.mark.parametrize(
    ("kept", "tried"),
    [
        ("Ａｎｇｓｔröm１２３４", "Angström1234"),  # noqa: RUF001 - wide letters are the point
        ("cafe\u0301 au lait tous les jours", "café au lait tous les jours"),
        (" spaces stay around ", " spaces stay around "),
        ("nul\x00 inside a password", "nul\x00 inside a password"),
    ],
)
def test_PW3_spellings_of_one_text_are_one_password(
    argon: Argon2idPool, kept: str, tried: str
) -> None:
    assert run(argon, kept, tried)


@pytest.mark.parametrize(
    ("kept", "tried"),
    [
        (" spaces stay around ", "spaces stay around"),
        ("nul\x00 inside a password", "nul\x00"),
        ("Case Counts Here", "case counts here"),
        ("a lone surrogate \ud800", "a lone surrogate ?"),
    ],
)
def test_PW3_nothing_is_trimmed_folded_or_replaced(
    argon: Argon2idPool, kept: str, tried: str
) -> None:
    assert not run(argon, kept, tried)


def test_PW2_a_password_of_512_bytes_is_hashed_whole(argon: Argon2idPool) -> None:
    password = "𝛀" * 128
    assert run(argon, password, password)
    assert not run(argon, password, password[:-1])


def test_nobody_s_password_is_wrong_and_is_worked_for_alike(argon: Argon2idPool) -> None:
    assert asyncio.run(argon.verify(Secret("correct horse battery"), None)) is False
    dummy = argon._dummy
    assert dummy.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    real = asyncio.run(stored(argon, "correct horse battery")).verifier
    assert [len(part) for part in dummy.split("$")] == [len(part) for part in real.split("$")]


def blocked(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, Callable[[], int]]:
    """Make every verification wait for the event; the callable tells how many run at once."""
    go, running, most, lock = threading.Event(), [0], [0], threading.Lock()

    def wait(_verifier: str, _peppered: bytes) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        go.wait(10)
        with lock:
            running[0] -= 1
        return True

    monkeypatch.setattr(pool_module, "_verify", wait)
    return go, lambda: most[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a thread its own priority")
def test_pages_go_before_hashes(argon: Argon2idPool, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []

    def look(*_: object) -> bool:
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return False

    monkeypatch.setattr(pool_module, "_verify", look)
    asyncio.run(argon.verify(Secret("correct horse battery"), None))
    ours = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert found == [min(ours + 10, 19)]


def test_a_full_queue_refuses_and_says_when_to_come_back(
    argon: Argon2idPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, most_at_once = blocked(monkeypatch)
    places = 2 * (1 + QUEUED_PER_THREAD)

    async def crowd() -> None:
        waiting = [
            asyncio.create_task(argon.verify(Secret("correct horse battery"), None))
            for _ in range(places)
        ]
        await asyncio.sleep(0)
        assert argon.taken == argon.most == places
        with pytest.raises(TooBusyError) as refused:
            await argon.verify(Secret("correct horse battery"), None)
        assert refused.value.retry_after_seconds > 0
        # Who goes away while queued frees a place; who is being worked for frees it at the end.
        waiting.pop().cancel()
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*waiting)
        assert await argon.verify(Secret("correct horse battery"), None) is False

    asyncio.run(crowd())
    assert most_at_once() == 2


HEAVY = "$argon2id$v=19$m=32,t=1,p=1$c29tZXNhbHQxMjM0$" + "A" * 43


def test_what_takes_much_memory_runs_one_at_a_time_and_nobody_waits_for_it(
    argon: Argon2idPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An imported hash of 1 GiB must not let three guesses take two, and all cores."""
    go, most_at_once = blocked(monkeypatch)
    usual = asyncio.run(stored(argon, "correct horse battery"))
    heavy = replace(usual, verifier=HEAVY)

    async def crowd() -> None:
        tries = [
            asyncio.create_task(argon.verify(Secret("guess"), heavy))
            for _ in range(1 + QUEUED_PER_THREAD)
        ]
        await asyncio.sleep(0.05)
        assert most_at_once() == 1
        with pytest.raises(TooBusyError):
            argon.require_room(heavy)
        argon.require_room(usual)
        argon.require_room()
        assert argon.taken == 0
        go.set()
        await asyncio.gather(*tries)

    asyncio.run(crowd())
    assert most_at_once() == 1


@pytest.mark.parametrize(
    ("text", "kib"),
    [
        (SSHA, 0),
        ("$2y$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234", 0),
        ("pbkdf2_sha256$1000$salt$" + base64.b64encode(bytes(32)).decode(), 0),
        ("$scrypt$ln=14,r=8,p=1$c29tZXNhbHQxMjM0$" + "A" * 43, 16 * 1024),
        ("$argon2id$v=19$m=1048576,t=1,p=1$c29tZXNhbHQxMjM0$" + "A" * 43, 1024 * 1024),
    ],
)
def test_how_much_memory_each_kind_of_hash_takes(argon: Argon2idPool, text: str, kib: int) -> None:
    assert memory_kib(argon.adopt(KIM, read_foreign_hash(text), at=NOW).verifier) == kib


def test_a_closed_pool_frees_the_place_of_what_it_refuses(argon: Argon2idPool) -> None:
    argon.close()
    for _ in range(3 * (1 + QUEUED_PER_THREAD)):
        with pytest.raises(RuntimeError):
            asyncio.run(argon.verify(Secret("correct horse battery"), None))


def test_the_cores_are_those_the_process_may_use() -> None:
    pool = Argon2idPool(ring("p1"), entropy=urandom, cost=CHEAP)
    assert pool.usual._threads._max_workers == usable_cores() >= 1
    pool.close()


def test_a_hash_that_was_brought_along_is_verified_and_outdated(argon: Argon2idPool) -> None:
    credential = argon.adopt(KIM, read_foreign_hash(SSHA), at=NOW)
    assert (credential.user_id, credential.pepper_id, credential.changed_at) == (KIM, "p1", NOW)
    assert asyncio.run(argon.verify(Secret("test123"), credential))
    assert not asyncio.run(argon.verify(Secret("test124"), credential))
    assert argon.outdated(credential, Secret("test123"))


CUT = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.ODcEJfYFxKziEakDsjep8mcF3zSCvHq"  # of 72 times a, and on


@pytest.mark.parametrize("typed", ["a" * 72, "a" * 73, "a" * 79 + "b"])
def test_what_bcrypt_does_not_read_never_becomes_the_password(
    argon: Argon2idPool, typed: str
) -> None:
    credential = argon.adopt(KIM, read_foreign_hash(CUT), at=NOW)
    assert asyncio.run(argon.verify(Secret(typed), credential))
    assert argon.outdated(credential, Secret(typed)) is (len(typed) == 72)


def test_a_hash_over_a_digest_reads_all(argon: Argon2idPool) -> None:
    made = Bcrypt("$2b$04$CCCCCCCCCCCCCCCCCCCCC.", of_sha256=True)
    foreign = ForeignHash(made, made.digest(b"a" * 80))
    credential = argon.adopt(KIM, foreign, at=NOW)
    assert argon.outdated(credential, Secret("a" * 80))
    assert not asyncio.run(argon.verify(Secret("a" * 79), credential))


def test_GU2_a_wrong_password_takes_as_long_for_a_quick_hash_as_for_ours() -> None:
    pool = Argon2idPool(ring("p1"), entropy=urandom, cost=FLOOR, cores=1)
    quick = pool.adopt(KIM, read_foreign_hash(SSHA), at=NOW)

    async def seconds(credential: PasswordCredential | None) -> float:
        begun = time.perf_counter()
        await pool.verify(Secret("not the password"), credential)
        return time.perf_counter() - begun

    async def told() -> tuple[float, float]:
        nobody = [await seconds(None) for _ in range(5)]
        return min(nobody), min([await seconds(quick) for _ in range(5)])

    nobody, of_quick = asyncio.run(told())
    pool.close()
    assert of_quick >= 0.8 * nobody
