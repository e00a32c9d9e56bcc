"""Who guesses gets the tries that are published, and the owner signs in meanwhile."""

import os
from collections import Counter

import anyio
import pytest
from msgspec.structs import replace

from conftest import KEY_ENCRYPTION_KEY
from proofup.audit.events.sign_ins import SignInFailed
from proofup.authentication.issuing import Brought, issue
from proofup.authentication.known_browser import KNOWN_FOR
from proofup.authentication.password import (
    PasswordOutcome,
    PasswordRefusal,
    PasswordRefused,
    submit_password,
)
from proofup.authentication.sessions import active_session
from proofup.directory.users import RaiseEpoch
from proofup.hashing.pool import Argon2idPool
from proofup.storage.store import open_store
from proofup.values.client import Client
from proofup.values.messages import Mail
from proofup.values.secret import Secret
from world import CHEAP, HOME, PASSWORD, World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"
SPELLINGS = (ROBIN, ROBIN.upper(), f" {ROBIN}", "Robin.Ashby@contoso.TEST")
WRONG, PAUSED = PasswordRefusal.WRONG, PasswordRefusal.PAUSED
ONLY_KNOWN = PasswordRefusal.KNOWN_BROWSERS_ONLY


async def give(
    world: World, password: str, *, name: str = ROBIN, client: Client = HOME, by: str | None = None
) -> PasswordOutcome:
    _, sign_in = await world.begin(name, client=client)
    return await submit_password(world.sign_in, sign_in, Secret(password), browser=by, at=world.now)


async def because(
    world: World, password: str, *, name: str = ROBIN, client: Client = HOME, by: str | None = None
) -> PasswordRefusal | None:
    """Return why the password was refused, or None where it was right."""
    outcome = await give(world, password, name=name, client=client, by=by)
    return outcome.because if isinstance(outcome, PasswordRefused) else None


def network(number: int) -> Client:
    return Client(address=f"198.{18 + number // 256}.{number % 256}.7")


async def browser_of(world: World, name: str = ROBIN, *, had: str | None = None) -> str:
    """Sign in, and return the token by which the browser is known from now on."""
    _, here = await world.with_password(name)
    issued = await issue(world.sign_in, here, Brought(known=had), at=world.now)
    assert issued.browser
    return issued.browser.reveal()


async def guess_in_a_row(world: World, many: int, *, name: str = ROBIN) -> None:
    for number in range(many):
        if number and number % 30 == 0:
            world.later(hours=1)
        guess = await because(world, f"guess {number}", name=name, client=network(number))
        assert guess is WRONG, number


@pytest.mark.both_engines
async def test_GU4_in_parallel_nobody_gets_more_than_thirty_and_the_owner_gets_in(
    world: World,
) -> None:
    await world.person()
    known = await browser_of(world)
    seen: Counter[PasswordRefusal | None] = Counter()
    world.hashing = Argon2idPool(world.store.keys, entropy=world.entropy, cost=CHEAP, cores=8)

    async def guess(number: int) -> None:
        name = SPELLINGS[number % len(SPELLINGS)]
        guessed = f"guess number {number}"
        seen[await because(world, guessed, name=name, client=network(number))] += 1

    async with anyio.create_task_group() as guessers:
        for number in range(60):
            guessers.start_soon(guess, number)
        outcome = await because(world, PASSWORD, by=known)
    world.hashing.close()
    assert seen == {WRONG: 30, PAUSED: 30}
    assert outcome is None
    assert await because(world, PASSWORD, client=network(90)) is PAUSED


@pytest.mark.both_engines
async def test_GU4_in_parallel_a_stolen_cookie_gives_ten_tries(world: World) -> None:
    await world.person()
    known = await browser_of(world)
    seen: Counter[PasswordRefusal | None] = Counter()
    world.hashing = Argon2idPool(world.store.keys, entropy=world.entropy, cost=CHEAP, cores=8)

    async def guess(number: int) -> None:
        seen[await because(world, f"guess {number}", client=network(number), by=known)] += 1

    async with anyio.create_task_group() as guessers:
        for number in range(25):
            guessers.start_soon(guess, number)
    assert seen == {WRONG: 10, PAUSED: 15}
    assert await because(world, PASSWORD, by=known) is PAUSED
    assert await because(world, PASSWORD) is None, "another browser is not that one"
    world.hashing.close()


@pytest.mark.both_engines
async def test_GU4_a_restart_gives_no_tries_back(world: World, store_url: str) -> None:
    await world.person()
    known = await browser_of(world)
    for number in range(30):
        await because(world, f"guess {number}", client=network(number))
    for number in range(10):
        await because(world, f"guess {number}", by=known)
    again = await open_store(store_url, key_encryption_key=KEY_ENCRYPTION_KEY, entropy=os.urandom)
    restarted = World(store=again, entropy=os.urandom, hashing=world.hashing, now=world.now)
    assert await because(restarted, PASSWORD, client=network(40)) is PAUSED
    assert await because(restarted, PASSWORD, by=known) is PAUSED
    await again.close()


@pytest.mark.parametrize("name", [ROBIN, "nobody@contoso.test"])
async def test_GU4_LCK_08_a_hundred_in_a_row_leave_only_known_browsers(
    world: World, name: str
) -> None:
    await world.person()
    known = await browser_of(world)
    await guess_in_a_row(world, 100, name=name)
    world.later(hours=1)
    for password in ("another guess", PASSWORD):
        outcome = await give(world, password, name=name, client=network(200))
        assert isinstance(outcome, PasswordRefused)
        assert outcome.because is ONLY_KNOWN, "right or wrong is not told"
    assert await because(world, PASSWORD, by=known) is None
    # The owner's password breaks the row, for this account and no other.
    assert await because(world, "guess", name=name, client=network(200)) is (
        WRONG if name == ROBIN else ONLY_KNOWN
    )


async def test_the_owner_is_told_once_that_somebody_guesses(world: World) -> None:
    robin = await world.person()
    await guess_in_a_row(world, 99)
    assert await world.sent() == []
    world.later(hours=1)
    await because(world, "the hundredth", client=network(100))
    (mail,) = await world.sent()
    assert isinstance(mail, Mail)
    assert (mail.to, mail.template) == ("robin@fabrikam.test", "password-guessed")
    assert not any("http" in fact for fact in mail.facts.values())
    (entry, *_) = await world.store.audit.of_user(robin.user.id, most=1)
    assert entry.event == SignInFailed(because="wrongPasswordsInARow")
    await because(world, "one more", client=network(101))
    assert await world.sent() == []


@pytest.mark.parametrize("mail", [None, "robin@fabrikam.test"])
async def test_a_row_of_the_right_password_or_of_nobodys_address_is_told_to_nobody(
    world: World, mail: str | None
) -> None:
    await world.person(mail=mail)
    await guess_in_a_row(world, 99)
    world.later(hours=1)
    last = PASSWORD if mail else "the hundredth"
    await because(world, last, client=network(100))
    assert await world.sent() == []


async def test_I10_weeks_later_any_browser_may_try_again(world: World) -> None:
    await world.person()
    await guess_in_a_row(world, 100)
    world.later(days=31)
    assert await because(world, PASSWORD) is None


async def test_LCK_04_an_old_password_shuts_no_browser_out(world: World) -> None:
    await world.person()
    known = await browser_of(world)
    for _ in range(130):
        assert await because(world, "my old password", by=known) is WRONG
    assert await because(world, PASSWORD, by=known) is None


async def test_LCK_06_after_its_pause_a_known_browser_has_one_try(world: World) -> None:
    await world.person()
    known = await browser_of(world)
    for number in range(10):
        await because(world, f"guess {number}", by=known)
    pauses = []
    for number in range(3):
        paused = await give(world, PASSWORD, by=known)
        assert isinstance(paused, PasswordRefused)
        assert paused.until
        pauses.append((paused.until - world.now).total_seconds())
        world.now = paused.until
        assert await because(world, f"more {number}", by=known) is WRONG
    assert pauses == [60, 120, 240]


async def test_a_browser_that_guesses_a_hundred_in_a_row_is_like_any_other(world: World) -> None:
    await world.person()
    known = await browser_of(world)
    for number in range(100):
        world.later(minutes=2)
        assert await because(world, f"guess {number}", by=known) is WRONG
    world.later(hours=1)
    await guess_in_a_row(world, 30)
    assert await because(world, PASSWORD, client=network(40), by=known) is PAUSED
    world.later(hours=2)
    assert await because(world, PASSWORD, client=network(40), by=known) is None


async def test_GU5_signing_in_to_one_account_gives_no_tries_for_another(world: World) -> None:
    await world.person()
    await world.person("sam@contoso.test")
    known = await browser_of(world, had=await browser_of(world))
    known = await browser_of(world, "sam@contoso.test", had=known)
    for number in range(10):
        assert await because(world, f"guess {number}", by=known) is WRONG
    known = await browser_of(world, "sam@contoso.test", had=known)
    assert await because(world, PASSWORD, by=known) is PAUSED
    assert await because(world, PASSWORD, name="sam@contoso.test", by=known) is None


async def shut(world: World) -> None:
    for number in range(30):
        await because(world, f"guess {number}", client=network(number))


async def test_SE5_a_token_is_worth_nothing_after_the_next_sign_in(world: World) -> None:
    await world.person()
    copied = await browser_of(world)
    known = await browser_of(world, had=copied)
    await shut(world)
    assert await because(world, PASSWORD, client=network(40), by=copied) is PAUSED
    assert await because(world, PASSWORD, client=network(40), by=known) is None


async def test_SE5_a_browser_is_known_to_its_account_alone(world: World) -> None:
    await world.person()
    await world.person("sam@contoso.test")
    sams = await browser_of(world, "sam@contoso.test")
    await shut(world)
    assert await because(world, PASSWORD, client=network(40), by=sams) is PAUSED
    assert await because(world, PASSWORD, client=network(40), by="never given out") is PAUSED


async def test_SE3_browsers_are_forgotten_with_the_epoch_but_for_the_one_that_is_kept(
    world: World,
) -> None:
    robin = await world.person()
    left = await browser_of(world)
    _, here = await world.with_password(ROBIN)
    issued = await issue(world.sign_in, here, at=world.now)
    assert issued.browser
    found = await active_session(world.sign_in, issued.token.reveal(), at=world.now)
    assert found
    await world.store.commit(RaiseEpoch(user_id=robin.user.id, keep=found.session.id))
    await shut(world)
    assert await because(world, PASSWORD, client=network(40), by=left) is PAUSED
    kept = issued.browser.reveal()
    assert await because(world, PASSWORD, client=network(40), by=kept) is None
    await world.store.commit(RaiseEpoch(user_id=robin.user.id))
    world.later(hours=2)
    await shut(world)
    assert await because(world, PASSWORD, client=network(40), by=kept) is PAUSED


async def test_a_browser_is_known_for_a_year(world: World) -> None:
    await world.person()
    known = await browser_of(world)
    world.now += KNOWN_FOR
    await shut(world)
    assert await because(world, PASSWORD, client=network(40), by=known) is PAUSED


async def test_a_proof_in_a_session_leaves_the_browser_as_it_is(world: World) -> None:
    await world.person()
    _, here = await world.with_password(ROBIN)
    first = await issue(world.sign_in, here, at=world.now)
    found = await active_session(world.sign_in, first.token.reveal(), at=world.now)
    assert found
    _, again = await world.with_password(ROBIN)
    assert again.sign_in
    renewing = replace(again, sign_in=replace(again.sign_in, session_id=found.session.id))
    renewed = await issue(world.sign_in, renewing, at=world.now)
    assert renewed.browser is None
