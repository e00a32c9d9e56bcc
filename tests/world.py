"""A small organisation on a real store, for tests of flows: people, clock, sent messages."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from proofup.administration import ports as administering
from proofup.administration.planned import Planned, carry_out
from proofup.administration.target import target_of
from proofup.assembly.challenges import challenge_room
from proofup.assembly.flows import administration_ports, registration_ports, sign_in_ports
from proofup.assembly.granting import granting_ports
from proofup.authentication import ports as signing_in
from proofup.authentication.admission import Admitted
from proofup.authentication.dispatcher import Standing, standing
from proofup.authentication.issuing import Proven, issue
from proofup.authentication.name import submit_name
from proofup.authentication.password import submit_password
from proofup.authentication.second_proof import ask, prove
from proofup.authentication.session import ActiveSession
from proofup.authentication.sessions import active_session
from proofup.authentication.signin import SignIn
from proofup.challenges.call_progress import note_call
from proofup.challenges.room import Room
from proofup.config.settings import Settings, Smtp
from proofup.directory.organisation import Organisation
from proofup.directory.passwords import SetPassword
from proofup.directory.users import Account, AddUser, Person, User, UserType
from proofup.granting import ports as granting
from proofup.granting.caller import Caller
from proofup.granting.client_credentials import client_credentials
from proofup.granting.issuing import profile_of
from proofup.hashing.cost import Cost
from proofup.hashing.pool import Argon2idPool
from proofup.methods.catalogue import Catalogue
from proofup.methods.declaration import Carrier
from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import CallStatus
from proofup.methods.registered_methods import AddMethod, MethodKind, NewMethod, RegisteredMethod
from proofup.methods.software_oath import KIND as OATH
from proofup.methods.time_based_code import hotp
from proofup.policy.actor import Actor, host
from proofup.policy.budgets import Budget
from proofup.policy.target import Target
from proofup.registration import ports as registering
from proofup.storage.store import Store
from proofup.tokens.access_token import for_person
from proofup.tokens.application import GRAPH, AddApplication, Application
from proofup.tokens.authorization import SignedIn
from proofup.tokens.family import Family, OpenFamily
from proofup.tokens.first_party import AZURE_CLI, FIRST_PARTY
from proofup.tokens.jwt import TokenType, sign
from proofup.values.client import Client
from proofup.values.ids import (
    ApplicationId,
    CorrelationId,
    Entropy,
    MessageId,
    MethodId,
    UserId,
    random_id,
    random_token,
)
from proofup.values.messages import Call, Mail, Push, Text
from proofup.values.secret import Secret
from proofup.values.ways import Way
from proofup.web.public_url import PublicUrl

T = TypeVar("T")


@cache
def drawn_key() -> bytes:
    """Return the private key of all tests of this process: drawing one takes long."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


async def one_key() -> Secret[bytes]:
    return Secret(drawn_key())


START = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
PASSWORD = "a long walk by the sea"
HOME = Client(address="203.0.113.24", agent="Mozilla/5.0 (Windows NT 10.0) Chrome/156.0")
ELSEWHERE = Client(address="198.51.100.7", agent="curl/8.5")
CHEAP = Cost(memory_kib=8, passes=1)
SIX_DIGITS = re.compile(r"\b(\d{3}) (\d{3})\b")


@dataclass(kw_only=True)
class World:
    """All ports of the flows, and methods for acting as a person."""

    store: Store
    entropy: Entropy
    hashing: Argon2idPool
    texts: Budget = field(default_factory=Budget)
    calls: Budget = field(default_factory=lambda: Budget(kind="calls"))
    organisation: Organisation = field(
        default_factory=lambda: Organisation(
            name="Contoso",
            help_desk_phone="+44 20 7946 0018",
            help_desk_mail="desk@contoso.test",
            default_region="GB",
        )
    )
    language: str = "en"
    now: datetime = START
    secrets: dict[MethodId, bytes] = field(default_factory=dict)

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    @property
    def settings(self) -> Settings:
        return Settings(
            folder=Path(),
            public_url=PublicUrl.of("https://id.contoso.test"),
            database=Secret("sqlite:///unused"),
            key_file=Path("unused"),
            organisation=self.organisation,
            smtp=Smtp(host="mail.contoso.test", sender="Contoso <id@contoso.test>"),
        )

    @property
    def catalogue(self) -> Catalogue:
        return self.room.catalogue

    @property
    def room(self) -> Room:
        joined = challenge_room(
            self.settings, self.store, stretching=self.hashing, entropy=self.entropy
        )
        budgets = {Carrier.TEXTS: self.texts, Carrier.CALLS: self.calls}
        return replace(joined, budgets=budgets, served=joined.catalogue.ways)

    @property
    def sign_in(self) -> signing_in.Ports:
        return sign_in_ports(
            self.store,
            self.room,
            self.hashing,
            common=frozenset({"correct horse battery staple"}),
        )

    @property
    def registration(self) -> registering.Ports:
        return registration_ports(
            self.store,
            self.room,
            self.hashing,
            organisation=self.organisation,
            common=frozenset({"correct horse battery staple"}),
        )

    @property
    def administration(self) -> administering.Ports:
        return administration_ports(
            self.settings,
            self.store,
            self.room,
            self.hashing,
            common=frozenset({"correct horse battery staple"}),
        )

    @cached_property
    def granting(self) -> granting.Ports:
        return granting_ports(self.settings, self.store, self.room, make_key=one_key)

    async def application(
        self,
        *permissions: str,
        roles: frozenset[str] = frozenset(),
        name: str = "Nightly script",
        **properties: Any,
    ) -> Application:
        """Store an application with these application permissions and directory roles."""
        new = Application(
            id=ApplicationId(random_id(self.entropy)),
            object_id=random_id(self.entropy),
            principal_id=random_id(self.entropy),
            name=name,
            created_at=self.now,
            permissions=frozenset(permissions),
            roles=roles,
            **properties,
        )
        await self.store.commit(AddApplication(application=new))
        return new

    async def app_token(self, *permissions: str, roles: frozenset[str] = frozenset()) -> str:
        """Return an access token of a new application with these permissions and roles."""
        application = await self.application(*permissions, roles=roles)
        return await self.token_of(application)

    async def token_of(self, application: Application, *, takes_challenges: bool = False) -> str:
        """Return an access token for Graph with which the application acts by itself."""
        caller = Caller(client=HOME, correlation_id=CorrelationId("c"), at=self.now)
        granted = await client_credentials(
            self.granting,
            application,
            "https://graph.microsoft.com/.default",
            caller,
            takes_challenges=takes_challenges,
        )
        return granted.access_token.reveal()

    async def user_token(
        self,
        person: Person,
        *scopes: str,
        application: Application = FIRST_PARTY[AZURE_CLI],
        mfa: bool = True,
        takes_challenges: bool = False,
    ) -> str:
        """Return an access token for Graph with which an application acts for a person."""
        stored = await self.store.people.by_id(person.user.id)
        assert stored
        signed_in = SignedIn(
            user_id=stored.user.id,
            epoch=stored.account.epoch,
            signed_in_at=self.now,
            proven_at=self.now if mfa else None,
            amr=("pwd", "mfa") if mfa else ("pwd",),
        )
        family = Family(
            id=random_id(self.entropy),
            application_id=application.id,
            signed_in=signed_in,
            scope=" ".join(scopes),
            started_at=self.now,
        )
        await self.store.commit(OpenFamily(family=family))
        claims = for_person(
            profile_of(stored),
            signed_in,
            application,
            self.granting.tenant,
            family_id=family.id,
            audience=GRAPH,
            app_roles=(),
            scopes=scopes,
            takes_challenges=takes_challenges,
            at=self.now,
            entropy=self.entropy,
        )
        key = await self.granting.keys.signing(self.now)
        return sign(claims.as_json(), key, TokenType.ACCESS)

    @property
    def host(self) -> Actor:
        return host("a command", CorrelationId("c"))

    async def target(self, user_id: UserId) -> Target:
        """Return a person in the present state, as the target of an act."""
        return await target_of(self.administration, user_id, at=self.now)

    async def carry_out(self, act: Planned[T]) -> T:
        return await carry_out(self.administration, act)

    async def person(
        self,
        name: str = "robin.ashby@contoso.test",
        *,
        phone: str | None = None,
        apps: int = 0,
        password: str | None = PASSWORD,
        mail: str | None = "robin@fabrikam.test",
        enabled: bool = True,
        default: Way | None = None,
        preferred_language: str | None = None,
        business_phones: tuple[str, ...] = (),
        user_type: UserType = UserType.MEMBER,
    ) -> Person:
        """Store a person with their methods, as an import would."""
        user = User(
            id=UserId(random_id(self.entropy)),
            user_principal_name=name,
            display_name="Robin Ashby",
            given_name="Robin",
            mail=mail,
            preferred_language=preferred_language,
            business_phones=business_phones,
            user_type=user_type,
            created_at=self.now,
        )
        account = Account(user_id=user.id, enabled=enabled, default_way=default)
        await self.store.commit(AddUser(user=user, account=account))
        if password is not None:
            credential = await self.hashing.hash(user.id, Secret(password), at=self.now)
            await self.store.commit(SetPassword(credential=credential))
        if phone is not None:
            await self.store.commit(AddMethod(method=self.phone(user.id, phone)))
        for number in range(apps):
            await self.store.commit(AddMethod(method=self.app(user.id, f"oath.{number + 1}")))
        return Person(user, account)

    def phone(
        self, user_id: UserId, number: str, slot: str = "phone.mobile", *, extension: str = ""
    ) -> RegisteredMethod:
        typed = {"number": number, "extension": extension, "way": Way("voiceMobile")}
        return self.candidate(PHONE, typed, user_id, slot)

    async def hears(
        self, event: CallStatus | None = None, digits: str = "", *, turn: int = 1
    ) -> None:
        """Let the carrier report an event or keys of the newest call."""
        (row,) = await self.store.engine.rows(
            "SELECT id FROM outbox WHERE kind = 'call' ORDER BY id DESC LIMIT 1"
        )
        told = note_call(self.room, MessageId(str(row[0])), event, digits, turn=turn, at=self.now)
        assert await told

    def app(self, user_id: UserId, slot: str) -> RegisteredMethod:
        drawn = bytearray()

        def remembered(count: int) -> bytes:
            drawn[:] = self.entropy(count)
            return bytes(drawn)

        method = self.catalogue.registrable[OATH].candidate(
            {},
            NewMethod(
                id=MethodId(random_id(self.entropy)), user_id=user_id, slot=slot, at=self.now
            ),
            remembered,
        )
        self.secrets[method.id] = bytes(drawn)
        return method

    def candidate(
        self, kind: str, typed: dict[str, str], user_id: UserId, slot: str
    ) -> RegisteredMethod:
        return self.catalogue.registrable[MethodKind(kind)].candidate(
            typed,
            NewMethod(
                id=MethodId(random_id(self.entropy)), user_id=user_id, slot=slot, at=self.now
            ),
            self.entropy,
        )

    async def codes_left(self, user_id: UserId) -> int:
        """Return how many recovery codes the person has not used."""
        held = await self.store.methods.of_user(user_id)
        found = [one for one in held if self.catalogue.stands_in(one)]
        return sum(self.catalogue.describe(one).left or 0 for one in found)

    async def app_code(self, user_id: UserId, *, steps: int = 0) -> str:
        """Return the code of the person's first app, ``steps`` time steps from now."""
        held = await self.store.methods.of_user(user_id)
        first = next(method for method in held if method.kind == OATH)
        return hotp(self.secrets[first.id], int(self.now.timestamp()) // 30 + steps)

    async def sent(self) -> list[Text | Call | Mail]:
        """Take all waiting messages from the outbox, oldest first, and mark them as sent."""
        found: list[Text | Call | Mail] = []
        for kind in ("text", "call", "mail"):
            claimed = await self.store.outbox.claim(
                kind, most=100, lease=timedelta(minutes=1), at=self.now
            )
            for message in claimed:
                assert not isinstance(message.content, Push)
                found.append(message.content)
                await self.store.outbox.mark_sent(message.id, None, self.now)
        return found

    async def texted_code(self) -> str:
        """Return the code of the newest text that was sent."""
        texts = [content for content in await self.sent() if isinstance(content, Text)]
        match = SIX_DIGITS.search(texts[-1].body.reveal())
        assert match
        return match[1] + match[2]

    async def begin(
        self, name: str, *, before: str | None = None, client: Client = HOME
    ) -> tuple[str, SignIn]:
        token = random_token(self.entropy)
        sign_in = await submit_name(
            self.sign_in,
            token,
            name,
            return_to=None,
            before=before,
            client=client,
            language=self.language,
            at=self.now,
        )
        return token, sign_in

    async def with_password(
        self, name: str, *, client: Client = HOME, password: str = PASSWORD
    ) -> tuple[str, Standing]:
        """Return the standing of a sign-in after the right password."""
        token, sign_in = await self.begin(name, client=client)
        outcome = await submit_password(self.sign_in, sign_in, Secret(password), at=self.now)
        assert isinstance(outcome, SignIn), outcome
        return token, await standing(self.sign_in, outcome, at=self.now)

    async def challenged(
        self, name: str, way: Way | None = None, *, client: Client = HOME
    ) -> tuple[str, Standing]:
        """Return the standing of a sign-in with an open challenge."""
        token, here = await self.with_password(name, client=client)
        await ask(self.sign_in, here, way, at=self.now)
        return token, here

    async def session(self, name: str, *, client: Client = HOME) -> ActiveSession:
        """Sign the person in with their methods, and return the session."""
        _, here = await self.with_password(name, client=client)
        if here.options:
            stored = await ask(self.sign_in, here, None, at=self.now)
            assert stored
            assert here.sign_in
            assert here.sign_in.user_id
            by_text = stored.challenge.way == Way("sms")
            user_id = here.sign_in.user_id
            code = await (self.texted_code() if by_text else self.app_code(user_id))
            proven = await prove(self.sign_in, here, code, at=self.now)
            assert isinstance(proven, Proven)
            issued = proven.issued
            assert issued
        else:
            issued = await issue(self.sign_in, here, at=self.now)
        found = await active_session(self.sign_in, issued.token.reveal(), at=self.now)
        assert found
        return found

    async def actor(self, found: ActiveSession, *, client: Client = HOME) -> registering.Actor:
        """Return the person of a session as the actor of a request now."""
        session = found.session
        subscriber = await self.store.subscribers.of(session.user_id)
        assert subscriber
        return registering.Actor(
            id=session.user_id,
            subscriber=subscriber,
            session_id=session.id,
            epoch=session.epoch,
            proofs=session.proofs,
            correlation_id=session.correlation_id,
            client=client,
            language=self.language,
            browser_id=session.browser_id,
        )

    async def admitted(self, found: ActiveSession) -> Admitted:
        """Return a session as a request reads it now."""
        subscriber = await self.store.subscribers.of(found.session.user_id)
        assert subscriber
        return Admitted(session=found.session, subscriber=subscriber)

    async def again(self, found: ActiveSession) -> ActiveSession:
        """Return the session with the person in the present state."""
        person = await self.store.people.by_id(found.session.user_id)
        assert person
        return replace(found, person=person)


MakeWorld = Callable[[], World]
