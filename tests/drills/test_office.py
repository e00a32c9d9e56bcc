"""An office: 330 people of one address sign in within five minutes, next to a stranger who guesses.

The clock is the test's, so five minutes take as long as the work does. People come in waves; those
of a wave are in the middle of their sign-ins at the same time.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from proofup.authentication.dispatcher import Standing
from proofup.authentication.first_proof import Entered, enter
from proofup.authentication.issuing import Brought, Proven
from proofup.authentication.name import submit_name
from proofup.authentication.password import PasswordRefusal, PasswordRefused, check_password
from proofup.authentication.ports import Ports
from proofup.authentication.second_proof import ask, prove
from proofup.challenges.call_progress import note_call
from proofup.challenges.outcome import Refused, Waiting
from proofup.challenges.spending import met_lately
from proofup.directory.users import Person
from proofup.methods.protocol import CallStatus
from proofup.policy import figures
from proofup.values.client import Client
from proofup.values.ids import MessageId, UserId, random_token
from proofup.values.messages import Text
from proofup.values.secret import Secret
from proofup.values.ways import Way
from world import HOME, PASSWORD, SIX_DIGITS, World

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PEOPLE = 330
WAVES = 30
WAVE = timedelta(minutes=5) / WAVES
AT_ONCE = 4  # passwords that are checked: more would be told to try again in a moment
LATE_BY = 3  # waves: until another message may be sent
TEXT, CALL, APP = (Way(word) for word in ("sms", "voiceMobile", "oath"))
WAYS = (TEXT, CALL, APP)
MISTYPES_PASSWORD, MISTYPES_CODE, MISSES_MESSAGE = 7, 5, 11  # every so many of them do
GUESSES = 2  # of the stranger, at each account
STRANGER = Client(address="203.0.113.199", agent="curl/8.5")  # of the same network


@dataclass
class Colleague:
    """Somebody with a browser, who signs in by one way and makes a mistake now and then."""

    number: int
    person: Person
    browser: str | None = None
    refused: list[str] = field(default_factory=list)

    @property
    def way(self) -> Way:
        return WAYS[self.number % len(WAYS)]

    @property
    def name(self) -> str:
        return self.person.user.user_principal_name

    def does(self, every: int) -> bool:
        return self.number % every == 0

    @property
    def misses_message(self) -> bool:
        return self.way != APP and self.does(MISSES_MESSAGE)


Late: TypeAlias = tuple[Colleague, Standing]
"""Somebody who waits for a message, and where their sign-in stands."""


@dataclass
class Office:
    """The people, the stranger, and what everybody was told."""

    world: World
    ports: Ports
    people: list[Colleague]
    tried: Counter[UserId] = field(default_factory=Counter)
    turned_away: int = 0
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @classmethod
    async def of(cls, world: World) -> "Office":
        people = []
        for number in range(PEOPLE):
            way = WAYS[number % len(WAYS)]
            person = await world.person(
                f"robin{number}@contoso.test",
                phone=None if way == APP else f"+44 7700 90{number:04}",
                apps=int(way == APP),
                default=way,
            )
            people.append(Colleague(number, person))
        return cls(world, world.sign_in, people)

    async def five_minutes(self, *, stranger: bool) -> None:
        """Let everybody sign in, wave after wave, each after the stranger has guessed at them."""
        begun_at = self.world.now
        waiting: list[list[Late]] = [[] for _ in range(LATE_BY)]
        for wave in range(WAVES):
            self.world.now = begun_at + wave * WAVE
            present = self.people[wave :: WAVES - LATE_BY] if wave < WAVES - LATE_BY else []
            if stranger:
                for colleague in present:
                    await self.guess_at(colleague)
            waiting.append(await self.sign_in(present, waiting.pop(0)))

    async def guess_at(self, colleague: Colleague) -> None:
        for number in range(GUESSES):
            at, password = self.world.now, Secret(f"guess {number}")
            token = random_token(self.world.entropy)
            opened = await submit_name(
                self.ports,
                token,
                colleague.name,
                return_to=None,
                client=STRANGER,
                language="en",
                at=at,
            )
            outcome = await check_password(self.ports, opened, password, at=at)
            assert isinstance(outcome, PasswordRefused)
            if outcome.because is PasswordRefusal.WRONG:
                self.tried[colleague.person.user.id] += 1
            else:
                self.turned_away += 1

    async def sign_in(self, present: Sequence[Colleague], late: Sequence[Late]) -> list[Late]:
        """Let a wave sign in at the same time, with those who are late; return who now waits.

        The first message of some goes unseen, and they ask for another.
        """
        entered = await asyncio.gather(*(self.enter(colleague) for colleague in present))
        await asyncio.gather(*(self.ask_again(*found) for found in late))
        inside = [(one, there) for one, there in zip(present, entered, strict=True) if there]
        waits = [found for found in inside if found[0].misses_message]
        now = [found for found in inside if not found[0].misses_message]
        codes = await self.codes()
        await asyncio.gather(*(self.prove(*found, codes) for found in (*now, *late)))
        return waits

    async def enter(self, colleague: Colleague) -> Standing | None:
        """Type the password, after a typing error of some."""
        at = self.world.now
        sign_in = await submit_name(
            self.ports,
            random_token(self.world.entropy),
            colleague.name,
            return_to=None,
            browser=colleague.browser,
            client=HOME,
            language="en",
            at=at,
        )
        typed = [PASSWORD + "x"] if colleague.does(MISTYPES_PASSWORD) else []
        for password in (*typed, PASSWORD):
            async with self.hashing:
                found = await enter(
                    self.ports, sign_in, Secret(password), browser=colleague.browser, at=at
                )
        if isinstance(found, Entered) and found.not_sent is None:
            return found.standing
        colleague.refused.append(f"password or message: {found}")
        return None

    async def ask_again(self, colleague: Colleague, there: Standing) -> None:
        assert await ask(self.ports, there, colleague.way, at=self.world.now)

    async def codes(self) -> dict[str, str]:
        """Return the code of the newest text to each number."""
        found = {}
        for one in await self.world.sent():
            if isinstance(one, Text) and (match := SIX_DIGITS.search(one.body.reveal())):
                found[one.to.e164] = match[1] + match[2]
        return found

    async def prove(self, colleague: Colleague, there: Standing, codes: dict[str, str]) -> None:
        """Give the second proof, after a typing error of some."""
        if colleague.does(MISTYPES_CODE) and colleague.way != CALL:
            wrong = await self.give(colleague, there, "no code")
            assert isinstance(wrong, Refused)
        outcome = await self.give(colleague, there, await self.answer(colleague, there, codes))
        if not isinstance(outcome, Proven) or outcome.issued is None:
            colleague.refused.append(f"second proof: {outcome}")
            return
        assert outcome.issued.browser
        colleague.browser = outcome.issued.browser.reveal()

    async def give(
        self, colleague: Colleague, there: Standing, code: str
    ) -> Proven | Refused | Waiting:
        brought = Brought(known=colleague.browser)
        return await prove(self.ports, there, code, brought, at=self.world.now)

    async def answer(self, colleague: Colleague, there: Standing, codes: dict[str, str]) -> str:
        """Return the code to be typed; a call is answered with its key instead."""
        if colleague.way == APP:
            return await self.world.app_code(colleague.person.user.id)
        if colleague.way == TEXT:
            return codes[f"+44770090{colleague.number:04}"]
        await self.press(there, CallStatus.ANSWERED, "")
        await self.press(there, None, "#")
        return ""

    async def press(self, there: Standing, event: CallStatus | None, digits: str) -> None:
        assert there.sign_in
        (asked,) = await self.ports.room.challenges.of_subject(there.sign_in.id, most=1)
        message_id = MessageId(asked.message_id or "")
        assert await note_call(self.ports.room, message_id, event, digits, at=self.world.now)

    @property
    def refused(self) -> list[tuple[str, list[str]]]:
        return [(one.name, one.refused) for one in self.people if one.refused]


async def met(office: Office, at: datetime) -> dict[str, int]:
    return dict(await met_lately(office.ports.room, at=at))


async def test_nobody_of_an_office_is_refused_while_a_stranger_guesses_at_all(
    world: World,
) -> None:
    office = await Office.of(world)
    await office.five_minutes(stranger=False)
    assert office.refused == [], "all in browsers that are new to their accounts"
    assert await met(office, world.now) == {}

    world.later(hours=20)
    await office.five_minutes(stranger=True)
    assert office.refused == []
    assert office.tried.total() == figures.PASSWORDS_OF_NETWORK.most
    assert max(office.tried.values()) <= figures.PASSWORD_FROM_NETWORK.most
    assert office.turned_away == PEOPLE * GUESSES - office.tried.total()
    assert await met(office, world.now) == {"passwordNetwork": 1}
