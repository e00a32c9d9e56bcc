"""Simulated people who sign in by HTTP routes, a given number at once."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Self

from msgspec.structs import replace

from bench.crowd import SIGNING_IN, people
from bench.measuring import Cost, Watch
from bench.service import Browser, Phones, address_of, settings
from proofup.assembly.service import build
from proofup.delivery.sender import Sender
from proofup.directory.passwords import PasswordCredential, SetPassword
from proofup.directory.users import Person
from proofup.hashing.cost import Cost as HashCost
from proofup.hashing.pool import Argon2idPool
from proofup.methods.phone import number_of
from proofup.storage.store import Store
from proofup.values.ids import UserId
from proofup.values.secret import Secret

PASSWORD = "a long walk by the sea"  # noqa: S105 - nobody's
CHEAP = HashCost(memory_kib=8, passes=1)
GRACE = timedelta(seconds=5)


class SigningIn:
    """The service with its sender, phones that get its texts, and people; a hash has ``cost``."""

    def __init__(self, store: Store, cost: HashCost = CHEAP) -> None:
        self._store = store
        self._phones = Phones()
        self._credential: PasswordCredential | None = None
        self.hashing = Argon2idPool(store.keys, entropy=os.urandom, cost=cost)
        self._service = build(settings(), store, self.hashing, clock=_now, entropy=os.urandom)
        self._sender = Sender(
            outbox=store.outbox, texts={"phones": self._phones}, calls={}, mails=None, clock=_now
        )

    async def __aenter__(self) -> Self:
        self._sender.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sender.stop(GRACE)
        await self._service.close()
        self.hashing.close()

    async def sign_in_all(self, numbers: range, *, at_once: int) -> Cost:
        """Let each of ``numbers`` sign in, so many at once, and return what one costs."""
        somebody = iter([(number, await self._person(number)) for number in numbers])

        async def one_by_one() -> None:
            for number, person in somebody:
                await self._sign_in(number, person)

        watch = Watch()
        with watch:
            await asyncio.gather(*(one_by_one() for _ in range(at_once)))
        return watch.cost(len(numbers))

    async def _person(self, number: int) -> Person:
        (person,) = await people(self._store, range(SIGNING_IN + number, SIGNING_IN + number + 1))
        credential = replace(await self.credential(), user_id=person.user.id)
        await self._store.commit(SetPassword(credential=credential))
        return person

    async def credential(self) -> PasswordCredential:
        """Return the credential that all users share: hashing one for each would take too long."""
        if self._credential is None:
            nobody = UserId("nobody")
            self._credential = await self.hashing.hash(nobody, Secret(PASSWORD), at=_now())
        return self._credential

    async def _sign_in(self, number: int, person: Person) -> None:
        held = await self._store.methods.of_user(person.user.id)
        browser = Browser(self._service.app, address_of(number))
        await browser.open("/signin")
        await browser.send("/signin", username=person.user.user_principal_name)
        await browser.send("/signin/password", password=PASSWORD)
        code = await self._phones.code(number_of(held[0]))
        await browser.send("/signin/challenge", code=code)
        assert browser.path == "/myapps", browser.page


def _now() -> datetime:
    return datetime.now(UTC)
