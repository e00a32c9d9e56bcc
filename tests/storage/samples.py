"""Complete sample values to store, so that a test names only the fields it is about."""

from datetime import UTC, datetime, timedelta

from proofup.audit.entry import Entry
from proofup.audit.events.methods import MethodReplaced
from proofup.authentication.known_browser import KnownBrowser
from proofup.authentication.session import Session
from proofup.authentication.signin import SignIn
from proofup.challenges.challenge import StoredChallenge
from proofup.directory.devices import Device
from proofup.directory.invitations import Invitation
from proofup.directory.users import Account, AddUser, User
from proofup.method_changes.history import PastChange
from proofup.methods.protocol import Challenge, Purpose
from proofup.methods.registered_methods import MethodKind, RegisteredMethod
from proofup.notices.link import NoticeLink
from proofup.policy.proofs import Proofs
from proofup.registration.pending import Registration
from proofup.values.client import Client
from proofup.values.ids import (
    BrowserId,
    ChallengeId,
    CorrelationId,
    DeviceId,
    MessageId,
    MethodId,
    RegistrationId,
    SessionId,
    SignInId,
    UserId,
)
from proofup.values.messages import SendMessage, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret
from proofup.values.ways import Way

START = datetime(2026, 11, 21, 14, 30, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ROBIN = UserId("robin")
CORRELATION = CorrelationId("c-1")
CLIENT = Client(address="203.0.113.24", agent="Mozilla/5.0")


def user(user_id: UserId = ROBIN, name: str | None = None) -> AddUser:
    new = User(
        id=user_id,
        user_principal_name=name or f"{user_id}@contoso.test",
        display_name="Robin Ashby",
        created_at=START,
    )
    return AddUser(user=new, account=Account(user_id=user_id))


def method(
    name: str = "m-1", slot: str = "phone.mobile", document: bytes = b'{"number":"+44 7700900067"}'
) -> RegisteredMethod:
    return RegisteredMethod(
        id=MethodId(name),
        user_id=ROBIN,
        kind=MethodKind(slot.partition(".")[0]),
        slot=slot,
        document=document,
        created_at=START,
    )


def challenge(name: str, subject: str = "s-1", at: datetime = START) -> StoredChallenge:
    asked = Challenge(
        id=ChallengeId(name),
        user_id=ROBIN,
        purpose=Purpose.SIGN_IN,
        way=Way("sms"),
        method_id=MethodId("m-1"),
        verifier=b"digest of " + name.encode(),
        started_at=at,
        expires_at=at + 3 * MINUTE,
    )
    return StoredChallenge(
        challenge=asked,
        subject=subject,
        correlation_id=CORRELATION,
        message_id=MessageId(f"out of {name}"),
    )


def sign_in(name: str = "s-1", token: bytes = b"browser") -> SignIn:
    return SignIn(
        id=SignInId(name),
        token_digest=token,
        name="robin@contoso.test",
        user_id=ROBIN,
        epoch=0,
        proofs=Proofs(first_at=START),
        return_to="/security-info",
        correlation_id=CORRELATION,
        client=CLIENT,
        language="de",
        started_at=START,
        expires_at=START + 10 * MINUTE,
    )


def session(name: str = "k-1", token: bytes = b"cookie") -> Session:
    return Session(
        id=SessionId(name),
        token_digest=token,
        user_id=ROBIN,
        epoch=0,
        proofs=Proofs(first_at=START, second_at=START + SECOND, second_way=Way("sms")),
        correlation_id=CORRELATION,
        client=CLIENT,
        started_at=START,
        last_seen_at=START,
        ends_at=START + 60 * MINUTE,
        browser_id=BrowserId("b-1"),
    )


def known_browser(name: str = "b-1", token: bytes = b"browser") -> KnownBrowser:
    return KnownBrowser(
        id=BrowserId(name),
        token_digest=token,
        user_id=ROBIN,
        epoch=0,
        expires_at=START + 60 * MINUTE,
    )


def registration(name: str = "r-1") -> Registration:
    return Registration(
        id=RegistrationId(name),
        user_id=ROBIN,
        session_id=SessionId("k-1"),
        candidate=method("m-2", document=b'{"number":"+44 7700900123"}'),
        way=Way("sms"),
        replaces=MethodId("m-1"),
        correlation_id=CORRELATION,
        created_at=START,
        expires_at=START + 30 * MINUTE,
    )


def link(token: bytes = b"link") -> NoticeLink:
    return NoticeLink(
        token_digest=token,
        user_id=ROBIN,
        correlation_id=CORRELATION,
        made_at=START,
        expires_at=START + 60 * MINUTE,
    )


def past_change(name: str = "h-1") -> PastChange:
    return PastChange(
        id=name,
        user_id=ROBIN,
        at=START,
        added=MethodId("m-2"),
        gone=method("m-1", document=b'{"number":"+44 7700900067"}'),
        expires_at=START + 60 * MINUTE,
    )


def device(name: str = "d-1", secret: bytes = b"secret") -> Device:
    return Device(
        id=DeviceId(name),
        user_id=ROBIN,
        epoch=0,
        secret_digest=secret,
        rotated_at=START,
        remembered_at=START,
        last_used_at=START,
        client=CLIENT,
    )


def invitation(token: bytes = b"invitation") -> Invitation:
    return Invitation(
        token_digest=token,
        user_id=ROBIN,
        mail="robin@fabrikam.test",
        made_at=START,
        expires_at=START + 60 * MINUTE,
    )


def message(name: str = "out-1", body: str = "Your code is 481 620") -> SendMessage:
    return SendMessage(
        id=MessageId(name),
        content=Text(to=PhoneNumber("44", "7700900067"), body=Secret(body)),
        language="en",
        created_at=START,
        expires_at=START + 3 * MINUTE,
        correlation_id=CORRELATION,
    )


def entry(number: int = 0, target: UserId | None = ROBIN) -> Entry:
    return Entry(
        at=START + number * SECOND,
        event=MethodReplaced(kind="phone", was="", now=str(number)),
        actor=ROBIN,
        target=target,
        succeeded=True,
        correlation_id=CORRELATION,
        network="203.0.113.0/24",
    )
