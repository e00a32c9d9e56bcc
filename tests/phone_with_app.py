"""Somebody's phone with the authenticator app, without its page: it makes a key and signs."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.types import ASGIApp

from visitor import ORIGIN
from world import World

BASE = "/authenticator/v1/"
ENROLMENT = "proofup.authenticator.enrolment.v1\n"
CALL = "proofup.authenticator.call.v1\n"
ANSWER = "proofup.authenticator.answer.v1\n"


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def point(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def signature(key: EllipticCurvePrivateKey, text: str) -> str:
    """Return a signature as WebCrypto writes it."""
    r, s = decode_dss_signature(key.sign(text.encode(), ECDSA(SHA256())))
    return base64_of(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@dataclass
class Phone:
    """One device; ``told`` is what the service said when it was enrolled."""

    app: ASGIApp
    world: World
    key: EllipticCurvePrivateKey = field(default_factory=new_key)
    told: dict[str, Any] = field(default_factory=dict)

    async def post(
        self, path: str, body: object, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, client=("198.51.100.77", 40000))
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            return await http.post(BASE + path, content=json.dumps(body), headers=headers or {})

    def signed(self, prefix: str = CALL, **more: object) -> dict[str, str]:
        """Return the body of a request, signed by this phone."""
        told = {
            "user": self.told["user"],
            "device": self.told["device"],
            "registration": self.told.get("registration"),
            "at": int(self.world.now.timestamp()),
            **more,
        }
        text = json.dumps(told)
        return {"text": text, "signature": signature(self.key, prefix + text)}

    async def enrol(self, code: str, *, name: str = "Chrome Android") -> httpx2.Response:
        """Take the place of a registration."""
        body = {
            "code": code,
            "publicKey": base64_of(point(self.key)),
            "name": name,
            "signature": signature(self.key, ENROLMENT + code.replace(" ", "").upper()),
        }
        response = await self.post("devices", body)
        if response.status_code == 200:
            self.told = response.json()
        return response

    async def look(self) -> Any:
        """Return how the device stands."""
        response = await self.post("requests", self.signed())
        assert response.status_code == 200, response.text
        return response.json()

    async def answer(
        self, decision: str, number: str = "", *, request: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Answer what is asked now, or ``request``."""
        asked = request or (await self.look())["request"]
        assert asked, "nothing is asked"
        body = self.signed(
            ANSWER,
            request=asked["id"],
            purpose=asked["purpose"],
            shown=asked["shown"],
            decision=decision,
            number=number,
        )
        return await self.post("answers", body)
