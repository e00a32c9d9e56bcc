"""The ceremonies of WebAuthn Level 3, sections 7.1 and 7.2: one fault at a time is refused."""

import hashlib
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from methods.authenticator import (
    ATTESTED,
    BACKED_UP,
    ELIGIBLE,
    NONE,
    PRESENT,
    VERIFIED,
    Authenticator,
    Fault,
    flipped,
    flipped_text,
    in_response,
    lacking,
    replaced,
    self_made,
)
from proofup.directory.users import User
from proofup.methods.webauthn import Assertion, NewCredential, asserted, claimed, registered
from proofup.methods.webauthn_options import (
    Credential,
    RelyingParty,
    in_base64url,
    to_create,
    to_get,
    user_handle_of,
)
from proofup.values.clock import EPOCH
from proofup.values.ids import UserId

PARTY = RelyingParty(id="id.contoso.test", name="Contoso", origin="https://id.contoso.test")
CHALLENGE = hashlib.sha256(b"challenge").digest()
OTHER = hashlib.sha256(b"another challenge").digest()
ROSA = User(
    id=UserId("8d0e6a0c-51f5-4b0d-8d4c-0d7a8e3cb0aa"),
    user_principal_name="rosa@contoso.test",
    display_name="Rosa",
    created_at=EPOCH,
)
TO_CREATE = to_create(CHALLENGE, PARTY, ROSA, (), attested=False)
TO_GET = to_get(CHALLENGE, PARTY, ())
HANDLE = user_handle_of(ROSA.id)
P384 = ec.derive_private_key(5, ec.SECP384R1()).public_key().public_numbers()


def device(**more: Any) -> Authenticator:
    return Authenticator(handle=in_base64url(HANDLE), **more)


def made(fault: Fault = NONE, **more: Any) -> NewCredential | None:
    """Return what comes of making a credential with one fault."""
    return registered(device(**more).create(TO_CREATE, fault), CHALLENGE, PARTY)


def used(fault: Fault = NONE, *, is_named: bool = False, **more: Any) -> Assertion | None:
    """Return what comes of using a credential with one fault."""
    one = device(**more)
    return asserted(
        one.get(TO_GET, fault),
        CHALLENGE,
        PARTY,
        credential_id=one.id,
        public_key=cbor2.dumps(one.cose),
        handle=HANDLE,
        is_named=is_named,
    )


def client(**members: Any) -> Fault:
    return Fault(client_data=replaced(**members))


def unset(bit: int) -> Fault:
    return Fault(flags=lambda flags: flags & ~bit)


IN_BOTH = {
    "no type": Fault(client_data=lacking("type")),
    "another challenge": client(challenge=in_base64url(OTHER)),
    "half the challenge": client(challenge=in_base64url(CHALLENGE[:16])),
    "no challenge": Fault(client_data=lacking("challenge")),
    "another host": client(origin="https://id.contoso.example"),
    "a host below ours": client(origin="https://evil.id.contoso.test"),
    "a host above ours": client(origin="https://contoso.test"),
    "without TLS": client(origin="http://id.contoso.test"),
    "another port": client(origin="https://id.contoso.test:8443"),
    "a page within another": client(crossOrigin=True),
    "a page within another of ours": client(topOrigin="https://id.contoso.test"),
    "client data that are no JSON": Fault(written=lambda _: b"{"),
    "client data that are no object": Fault(written=lambda _: b"[]"),
    "another service's id": Fault(rp_id=lambda _: "id.contoso.example"),
    "the id above ours": Fault(rp_id=lambda _: "contoso.test"),
    "nobody present": unset(PRESENT),
    "nobody verified": unset(VERIFIED),
    "a copy of what cannot be copied": Fault(flags=lambda flags: (flags | BACKED_UP) & ~ELIGIBLE),
    "authenticator data cut off": Fault(data=lambda data: data[:36]),
    "authenticator data with more behind": Fault(data=lambda data: data + b"\0"),
    "an id that is not the raw id": Fault(answer=replaced(rawId=in_base64url(b"another"))),
    "an id that is not Base64url": Fault(answer=replaced(id="*", rawId="*")),
    "another type of credential": Fault(answer=replaced(type="password")),
    "no response": Fault(answer=lacking("response")),
    "no client data": Fault(answer=in_response(lacking("clientDataJSON"))),
    "an answer that is no object": Fault(answer=lambda _: []),
}
IN_GET = {
    **IN_BOTH,
    "made instead of used": client(type="webauthn.create"),
    "something else signed": Fault(signed=lambda _: b"something else"),
    "the client data left out of what is signed": Fault(signed=lambda signed: signed[:-32]),
    "one bit of the signature": Fault(signature=flipped),
    "no signature": Fault(signature=lambda _: b""),
    "the signature missing": Fault(answer=in_response(lacking("signature"))),
    "client data changed afterwards": Fault(
        answer=in_response(
            lambda told: {**told, "clientDataJSON": flipped_text(told["clientDataJSON"])}
        )
    ),
    "the counter changed afterwards": Fault(
        answer=in_response(
            lambda told: {**told, "authenticatorData": flipped_text(told["authenticatorData"])}
        )
    ),
    "somebody else's handle": Fault(
        answer=in_response(replaced(userHandle=in_base64url(b"somebody else")))
    ),
    "no handle where nobody was named": Fault(answer=in_response(lacking("userHandle"))),
    "another credential": Fault(
        answer=replaced(id=in_base64url(b"another"), rawId=in_base64url(b"another"))
    ),
}
IN_CREATE = {
    **IN_BOTH,
    "used instead of made": client(type="webauthn.get"),
    "no credential": Fault(flags=lambda flags: flags & ~ATTESTED, data=lambda data: data[:37]),
    "an empty credential id": Fault(credential_id=lambda _: b""),
    "a credential id that is not the answer's": Fault(credential_id=lambda _: b"another"),
    "a public key that is no map": Fault(public_key=lambda _: [1, 2]),
    "a public key without a coordinate": Fault(
        public_key=lambda key: {name: value for name, value in key.items() if name != -3}
    ),
    "a point off the curve": Fault(public_key=lambda key: {**key, -3: bytes(32)}),
    "an algorithm that was not asked for": Fault(
        public_key=lambda _: {
            1: 2,
            3: -35,
            -1: 2,
            -2: P384.x.to_bytes(48),
            -3: P384.y.to_bytes(48),
        }
    ),
    "a statement where there is none": Fault(attestation=replaced(attStmt={"sig": b"x"})),
    "an unknown kind of statement": Fault(attestation=replaced(fmt="unheard-of")),
    "no kind of statement": Fault(attestation=lacking("fmt")),
    "no authenticator data": Fault(attestation=lacking("authData")),
    "a statement of ours over something else": Fault(
        attestation=replaced(fmt="packed", attStmt={"alg": -7, "sig": b"forged"})
    ),
    "no attestation object": Fault(answer=in_response(lacking("attestationObject"))),
}


def test_a_credential_is_made_and_used() -> None:
    new = made()
    assert new
    assert (new.sign_count, new.is_synced, new.is_backed_up) == (1, False, False)
    assert new.aaguid == "01020304-0506-0708-0102-030405060708"
    assert new.transports == ("usb",)
    assert used() == Assertion(sign_count=1, is_synced=False, is_backed_up=False)
    assert used(is_synced=True) == Assertion(sign_count=1, is_synced=True, is_backed_up=True)


def test_a_statement_that_the_credential_itself_has_signed_is_right_and_proves_nothing() -> None:
    assert made(attest=self_made)


def test_who_was_named_may_have_an_authenticator_that_does_not_say_whose_it_is() -> None:
    fault = Fault(answer=in_response(lacking("userHandle")))
    assert used(fault, is_named=True)
    fault = Fault(answer=in_response(replaced(userHandle=None)))
    assert used(fault, is_named=True)
    assert not used(fault)


@pytest.mark.parametrize("fault", IN_GET.values(), ids=IN_GET)
def test_FI1_FI3_FI4_a_use_with_one_fault_is_refused(fault: Fault) -> None:
    assert used(fault) is None


@pytest.mark.parametrize("fault", IN_CREATE.values(), ids=IN_CREATE)
def test_FI1_FI3_a_making_with_one_fault_is_refused(fault: Fault) -> None:
    assert made(fault) is None


def test_FI3_whoever_was_not_verified_is_refused_in_both_ceremonies() -> None:
    assert used(unset(VERIFIED)) is None
    assert made(unset(VERIFIED)) is None


def test_FI1_another_key_signs_for_nobody() -> None:
    one, other = device(), device(seed="another")
    other.id = one.id
    assert (
        asserted(
            other.get(TO_GET),
            CHALLENGE,
            PARTY,
            credential_id=one.id,
            public_key=cbor2.dumps(one.cose),
            handle=HANDLE,
            is_named=False,
        )
        is None
    )


def test_FI2_what_was_made_is_not_used_and_what_was_used_is_not_made() -> None:
    assert registered(device().get(TO_GET), CHALLENGE, PARTY) is None
    assert used(Fault(answer=lambda _: {"id": "x", "response": {"clientDataJSON": ""}})) is None


@given(st.text())
def test_WE2_an_answer_that_is_anything_is_refused(text: str) -> None:
    assert registered(text, CHALLENGE, PARTY) is None
    assert claimed(text) is None


def test_an_answer_says_whose_it_is_and_which() -> None:
    one = device()
    assert claimed(one.get(TO_GET)) == (ROSA.id, one.id)
    assert claimed(one.get(TO_GET, Fault(answer=in_response(lacking("userHandle"))))) is None


def test_only_transports_that_there_are_are_told_to_a_browser() -> None:
    told = replace_transports("usb", "<script>").descriptor
    assert told["transports"] == ["usb"]
    assert "transports" not in replace_transports("<script>").descriptor


def replace_transports(*transports: str) -> Credential:
    return Credential(b"id", transports)
