"""What stands outside the service: the operator's carrier, the phones it calls, a mail server."""

import hashlib
import hmac
import http.client
import json
import re
import socket
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

SECRET = "a-secret-of-32-letters-or-more-x"
PATIENCE = 20  # seconds
SIX_DIGITS = re.compile(r"\b(\d{3}) (\d{3})\b")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def signature(timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


class Carrier:
    """A carrier as docs/carriers/webhook.md describes it, whose moods a test decides."""

    def __init__(self) -> None:
        self._orders: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.confirms = True
        carrier = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                carrier.take(self)

            def log_message(self, *args: object) -> None:
                del args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def take(self, desk: BaseHTTPRequestHandler) -> None:
        """Take an order, if it is signed, and say so when the test allows it."""
        body = desk.rfile.read(int(desk.headers["content-length"]))
        timestamp = desk.headers["proofup-timestamp"]
        is_signed = hmac.compare_digest(
            signature(timestamp, body), desk.headers["proofup-signature"]
        )
        assert abs(time.time() - int(timestamp)) < 300
        order = json.loads(body)
        with self._arrived:
            self._orders.append(order)
            self._arrived.notify_all()
        self.may_answer.wait(PATIENCE)
        desk.send_response(202 if is_signed else 401)
        desk.send_header("content-length", "0")
        desk.end_headers()
        if is_signed and self.confirms and order["kind"] == "text":
            threading.Timer(0.1, self.report, [order, "delivered"]).start()

    def text_to(self, number: str) -> dict[str, Any]:
        """Wait for the next text to ``number`` (E.164), and take it away."""
        return self._order("text", number)

    def call_to(self, number: str) -> "PhoneCall":
        """Wait for the next call to ``number`` (E.164), and let its phone ring."""
        return PhoneCall(self._order("call", number))

    def _order(self, kind: str, number: str) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        with self._arrived:
            while True:
                for order in self._orders:
                    if order["kind"] == kind and order["to"] == number:
                        self._orders.remove(order)
                        return order
                left = until - time.monotonic()
                assert left > 0, f"no {kind} came to {number}"
                self._arrived.wait(left)

    def code_to(self, number: str) -> str:
        """Wait for the next text with a code to ``number``, and return the code."""
        while True:
            match = SIX_DIGITS.search(self.text_to(number)["text"])
            if match:
                return match[1] + match[2]

    def report(self, order: dict[str, Any], status: str) -> int:
        """Post a signed receipt."""
        code, _ = _post(order["callback_url"], id=order["id"], status=status, at=_now())
        return code

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class PhoneCall:
    """A call on somebody's phone, who answers it, presses keys, or does not."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._turn = 0
        self.extension = order.get("extension")
        self.caller = order.get("from")
        self.said: str = order["say"]
        self.tell("ringing")

    def tell(self, event: str) -> str:
        """Tell of ``event`` as the carrier does, and return what comes next."""
        return self._post(event=event)

    def press(self, keys: str) -> str:
        """Answer if that is not done, press ``keys``, and return what comes next."""
        if not self._turn:
            self.tell("answered")
        self._turn += 1
        return self._post(event="keys", digits=keys, turn=self._turn)

    def _post(self, **told: Any) -> str:
        code, answer = _post(self._order["callback_url"], id=self._order["id"], at=_now(), **told)
        assert code == 200, answer
        self.said = answer.get("say", "")
        then: str = answer["then"]
        return then


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _post(address: str, **told: Any) -> tuple[int, dict[str, Any]]:
    """Post ``told``, signed, as docs/carriers/webhook.md says."""
    body = json.dumps(told).encode()
    timestamp = str(int(time.time()))
    to = urlsplit(address)
    assert to.hostname
    connection = http.client.HTTPConnection(to.hostname, to.port, timeout=PATIENCE)
    headers = {
        "content-type": "application/json",
        "proofup-timestamp": timestamp,
        "proofup-signature": signature(timestamp, body),
    }
    connection.request("POST", to.path, body, headers)
    with closing(connection.getresponse()) as answer:
        read = answer.read()
    connection.close()
    return answer.status, json.loads(read or b"{}")


class PostOffice:
    """A mail server that keeps what comes."""

    def __init__(self, port: int | None = None) -> None:
        self.mails: list[Message] = []  # that nobody took away yet, as they came
        self._arrived = threading.Condition()
        self.port = port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        with self._arrived:
            self.mails.append(message_from_bytes(envelope.content))
            self._arrived.notify_all()
        return "250 taken"

    def mail_to(self, address: str) -> Message:
        """Wait for the next mail to ``address``, and take it away."""
        until = time.monotonic() + PATIENCE
        with self._arrived:
            while True:
                for mail in self.mails:
                    if mail["to"] == address:
                        self.mails.remove(mail)
                        return mail
                left = until - time.monotonic()
                assert left > 0, f"no mail came to {address}"
                self._arrived.wait(left)

    def close(self) -> None:
        self._controller.stop()


def plain_text(mail: Message) -> str:
    """Return the plain part of a mail."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode()
    raise AssertionError("a mail without a plain part")
