import pytest
from msgspec.structs import replace

from proofup.audit.events.sign_ins import SignInFailed
from proofup.authentication.password import (
    PasswordOutcome,
    PasswordRefusal,
    PasswordRefused,
    submit_password,
)
from proofup.authentication.signin import SignIn
from proofup.directory.passwords import PasswordCredential, SetPassword
from proofup.directory.users import RaiseEpoch
from proofup.hashing.cost import Cost
from proofup.hashing.foreign import read_foreign_hash
from proofup.hashing.pool import Argon2idPool
from proofup.values.client import Client
from proofup.values.errors import RevokedError, StaleError, TooBusyError
from proofup.values.ids import UserId
from proofup.values.secret import Secret
from world import ELSEWHERE, HOME, PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def give(world: World, name: str, password: str, *, client: Client = HOME) -> PasswordOutcome:
    _, sign_in = await world.begin(name, client=client)
    return await submit_password(world.sign_in, sign_in, Secret(password), at=world.now)


def because(outcome: PasswordOutcome) -> PasswordRefusal:
    assert isinstance(outcome, PasswordRefused), outcome
    return outcome.because


async def test_the_right_password_meets_the_first_factor(world: World) -> None:
    await world.person()
    outcome = await give(world, ROBIN, PASSWORD)
    assert isinstance(outcome, SignIn)
    assert outcome.proofs.first_at == world.now


async def test_PW3_every_character_of_a_password_counts(world: World) -> None:
    await world.person(password="p" * 100 + "x")
    assert because(await give(world, ROBIN, "p" * 100 + "y")) is PasswordRefusal.WRONG
    assert isinstance(await give(world, ROBIN, "p" * 100 + "x"), SignIn)


@pytest.mark.parametrize("case", ["unknown", "disabled", "without password", "known"])
async def test_GU1_E_50034_E_50056_a_wrong_password_is_answered_alike_for_every_account(
    world: World, case: str
) -> None:
    if case != "unknown":
        password = None if case == "without password" else PASSWORD
        await world.person(enabled=case != "disabled", password=password)
    assert because(await give(world, ROBIN, "not the password at all")) is PasswordRefusal.WRONG


async def test_who_knows_the_password_of_a_closed_account_is_told_so(world: World) -> None:
    await world.person(enabled=False)
    assert because(await give(world, ROBIN, PASSWORD)) is PasswordRefusal.DISABLED


@pytest.mark.parametrize("password", ["p" * 129, "\U0001f511" * 128 + "x", "ä" * 1_000_000])
async def test_PW2_a_password_too_long_is_refused_before_it_is_hashed_or_counted(
    world: World, password: str
) -> None:
    await world.person()
    for _ in range(12):
        assert because(await give(world, ROBIN, password)) is PasswordRefusal.TOO_LONG
    assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)


@pytest.mark.parametrize("name", [ROBIN, "nobody@contoso.test"])
async def test_GU4_LCK_03_ten_wrong_passwords_pause_the_account_for_that_network_alone(
    world: World, name: str
) -> None:
    await world.person()
    for number in range(10):
        assert because(await give(world, name, f"guess number {number}")) is PasswordRefusal.WRONG
    outcome = await give(world, name, PASSWORD)
    assert because(outcome) is PasswordRefusal.PAUSED
    assert isinstance(outcome, PasswordRefused)
    assert outcome.until
    assert (outcome.until - world.now).total_seconds() == 60
    elsewhere = await give(world, name, PASSWORD, client=ELSEWHERE)
    assert isinstance(elsewhere, SignIn) is (name == ROBIN)


async def test_GU4_LCK_03_LCK_06_the_pause_doubles_with_each_further_failure(world: World) -> None:
    await world.person()
    for number in range(10):
        await give(world, ROBIN, f"guess number {number}")
    pauses = []
    for number in range(3):
        paused = await give(world, ROBIN, "again")
        assert isinstance(paused, PasswordRefused)
        assert paused.until
        pauses.append((paused.until - world.now).total_seconds())
        world.now = paused.until
        assert because(await give(world, ROBIN, f"more {number}")) is PasswordRefusal.WRONG
    assert pauses == [60, 120, 240]


async def test_GU4_thirty_wrong_passwords_an_hour_from_anywhere_and_no_more(world: World) -> None:
    await world.person()
    for number in range(30):
        client = Client(address=f"198.51.{number}.7")
        outcome = await give(world, ROBIN, f"guess number {number}", client=client)
        assert because(outcome) is PasswordRefusal.WRONG
    fresh = Client(address="198.51.200.7")
    assert because(await give(world, ROBIN, PASSWORD, client=fresh)) is PasswordRefusal.PAUSED


async def test_LCK_04_the_same_wrong_password_again_is_counted_once(world: World) -> None:
    await world.person()
    for _ in range(40):
        assert because(await give(world, ROBIN, "my old password")) is PasswordRefusal.WRONG
    assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)


async def test_GU5_the_right_password_forgives_the_account_but_not_the_network(
    world: World,
) -> None:
    await world.person()
    for _ in range(3):
        for number in range(9):
            await give(world, ROBIN, f"guess number {number}")
        assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)


async def test_PW6_a_credential_of_yesterday_is_hashed_anew(world: World) -> None:
    robin = await world.person()
    old = await world.store.passwords.of_user(robin.user.id)
    world.hashing = Argon2idPool(
        world.store.keys, entropy=world.entropy, cost=Cost(memory_kib=16, passes=1), cores=1
    )
    assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)
    new = await world.store.passwords.of_user(robin.user.id)
    world.hashing.close()
    assert old
    assert new
    assert new.verifier != old.verifier
    assert new.changed_at == old.changed_at


async def test_PW6_a_hash_of_another_system_becomes_ours_at_the_first_sign_in(
    world: World,
) -> None:
    robin = await world.person(password=None)
    foreign = read_foreign_hash("{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a")
    old = world.hashing.adopt(robin.user.id, foreign, at=world.now)
    await world.store.commit(SetPassword(credential=old))
    assert because(await give(world, ROBIN, "test124")) is PasswordRefusal.WRONG
    assert isinstance(await give(world, ROBIN, "test123"), SignIn)
    new = await world.store.passwords.of_user(robin.user.id)
    assert new
    assert not world.hashing.outdated(new, Secret("test123"))
    assert isinstance(await give(world, ROBIN, "test123"), SignIn)


async def test_the_right_password_works_after_a_typing_error_that_bcrypt_does_not_read(
    world: World,
) -> None:
    robin = await world.person(password=None)
    foreign = read_foreign_hash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.ODcEJfYFxKziEakDsjep8mcF3zSCvHq")
    await world.store.commit(
        SetPassword(credential=world.hashing.adopt(robin.user.id, foreign, at=world.now))
    )
    for typed in ("a" * 79 + "b", "a" * 80, "a" * 79 + "b"):  # as the system it came from takes it
        assert isinstance(await give(world, ROBIN, typed), SignIn)
    assert because(await give(world, ROBIN, "a" * 71)) is PasswordRefusal.WRONG


class _Busy:
    """Verifies, but has no room for one more hash."""

    def __init__(self, pool: Argon2idPool) -> None:
        self.pool = pool

    def require_room(self, credential: PasswordCredential | None = None) -> None:
        self.pool.require_room(credential)

    async def verify(self, password: Secret[str], credential: PasswordCredential | None) -> bool:
        return await self.pool.verify(password, credential)

    async def hash(self, *_: object, **__: object) -> PasswordCredential:
        raise TooBusyError

    def outdated(self, *_: object) -> bool:
        return True


async def test_a_sign_in_does_not_wait_for_a_rehash(world: World) -> None:
    await world.person()
    ports = replace(world.sign_in, hashing=_Busy(world.hashing))
    _, sign_in = await world.begin(ROBIN)
    assert isinstance(await submit_password(ports, sign_in, Secret(PASSWORD), at=world.now), SignIn)


async def test_a_try_that_nobody_has_room_for_is_not_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person()
    with monkeypatch.context() as crowded:
        crowded.setattr(world.hashing.usual, "most", 0)
        for number in range(50):  # more than may be wrong
            with pytest.raises(TooBusyError):
                await give(world, ROBIN, f"not the password {number}")
    assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)


class _Overtaken(_Busy):
    """Has room until a try was counted, which others then take."""

    async def verify(self, *_: object) -> bool:
        raise TooBusyError


async def test_a_try_that_others_overtake_is_given_back(world: World) -> None:
    await world.person()
    crowded = replace(world.sign_in, hashing=_Overtaken(world.hashing))
    for number in range(50):
        _, sign_in = await world.begin(ROBIN)
        with pytest.raises(TooBusyError):
            await submit_password(
                crowded, sign_in, Secret(f"no {number}"), at=world.later(seconds=1)
            )
    assert isinstance(await give(world, ROBIN, PASSWORD), SignIn)


async def test_SE3_a_password_is_worth_nothing_once_the_account_moved_on(world: World) -> None:
    robin = await world.person()
    _, sign_in = await world.begin(ROBIN)
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    with pytest.raises(RevokedError):
        await submit_password(world.sign_in, sign_in, Secret(PASSWORD), at=world.now)


@pytest.mark.both_engines
async def test_TX1_two_tabs_cannot_both_advance_one_sign_in(world: World) -> None:
    await world.person()
    _, sign_in = await world.begin(ROBIN)
    await submit_password(world.sign_in, sign_in, Secret(PASSWORD), at=world.now)
    with pytest.raises(StaleError):
        await submit_password(world.sign_in, sign_in, Secret(PASSWORD), at=world.now)


async def test_AU1_a_wrong_password_is_recorded(world: World) -> None:
    robin = await world.person()
    await give(world, ROBIN, "not the password")
    (entry,) = await world.store.audit.of_user(robin.user.id, most=5)
    assert (entry.event, entry.succeeded) == (SignInFailed(because="wrongPassword"), False)


async def test_somebody_deleted_meanwhile_is_refused(world: World) -> None:
    await world.person()
    _, sign_in = await world.begin(ROBIN)

    class Nobody:
        async def of(self, _: UserId) -> None:
            return None

    ports = replace(world.sign_in, subscribers=Nobody())
    outcome = await submit_password(ports, sign_in, Secret(PASSWORD), at=world.now)
    assert because(outcome) is PasswordRefusal.DISABLED
