"""The demo's doors against the product's drivers, over real sockets."""

import asyncio
import json
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.people import PEOPLE, keep, with_passwords
from demo.post_office import Mailbox
from demo.posting import posts_by_http
from demo.run import Ports, answering, end, start_phone

from delivery.http_servers import answer, http_server
from delivery.outboxes import NOON, mail, text
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.signature import verify_signature
from proofup.delivery.smtp import SmtpMailer, SmtpSecurity, SmtpSettings
from proofup.delivery.webhook import Webhook, WebhookCarrier, WebhookSettings
from proofup.values.clock import from_microseconds
from proofup.values.messages import Mail, Text
from proofup.values.secret import Secret

SECRET = Secret("a-secret-of-32-letters-or-more-x")


def render(_template: str, _facts: Mapping[str, str], _language: str) -> tuple[str, str, str]:
    return "Your phone was changed", "Grüße", "<p>Grüße</p>"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_a_mail_of_the_product_lies_in_the_mailbox() -> None:
    async def story() -> None:
        mailbox = Mailbox()
        post_office = await mailbox.listen("127.0.0.1", 0)
        settings = SmtpSettings(
            host="localhost",
            port=post_office.sockets[0].getsockname()[1],
            security=SmtpSecurity.NONE,
            user=None,
            password=None,
            sender="Contoso sign-in <security@contoso.test>",
        )
        row = mail()
        assert isinstance(row.content, Mail)
        await SmtpMailer(settings, render=render, clock=lambda: NOON).send(row.content, row)
        post_office.close()
        await post_office.wait_closed()
        letter = mailbox.letters[0]
        assert (letter.subject, letter.text, letter.html) == (
            "Your phone was changed",
            "Grüße\n",
            "<p>Grüße</p>\n",
        )

    asyncio.run(story())


def test_NE2_a_receipt_of_the_demo_is_signed_as_the_product_wants_it() -> None:
    async def story() -> None:
        async with http_server(answer(204)) as server:
            post = posts_by_http(SECRET.reveal())
            url = f"http://127.0.0.1:{server.port}/delivery/v1/receipts/m-1"
            assert await post(url, {"id": "m-1", "status": "sent"}) == (204, {})
            request = server.requests[0]
            timestamp = request.headers["proofup-timestamp"]
            headers = {
                "Proofup-Timestamp": timestamp,
                "Proofup-Signature": request.headers["proofup-signature"],
            }
            at = from_microseconds(int(timestamp) * 1_000_000)
            verify_signature(SECRET, headers, request.body, at=at)
            assert request.line == "POST /delivery/v1/receipts/m-1 HTTP/1.1"
            assert json.loads(request.body) == {"id": "m-1", "status": "sent"}

    asyncio.run(story())


def test_the_phones_program_takes_a_text_of_the_product(tmp_path: Path) -> None:
    keep(with_passwords(PEOPLE), tmp_path / "people.json")
    (tmp_path / "carrier.secret").write_text(SECRET.reveal() + "\n")
    (tmp_path / "application.json").write_text('{"clientId": "c-1"}')
    ports = Ports(service=0, phone=free_port(), smtp=free_port())

    async def story() -> None:
        async with http_server(answer(204)) as service:
            phone = await start_phone(tmp_path, ports, "http://localhost:8080")
            client = OutboundClient(allow=["localhost"])
            carrier = WebhookCarrier(
                Webhook(
                    settings=WebhookSettings(
                        url=f"http://localhost:{ports.phone}/orders", secret=SECRET, sender=None
                    ),
                    client=client,
                    public_url=f"http://127.0.0.1:{service.port}",
                    clock=lambda: datetime.now(UTC),
                )
            )
            row = text("0123-m-1", expires_at=datetime.now(UTC) + timedelta(minutes=3))
            assert isinstance(row.content, Text)
            try:
                await answering(ports.phone, "/phone")
                assert await carrier.send(row.content, row) == "demo-0123-m-1"
                assert await carrier.send(row.content, row) == "demo-0123-m-1"
            finally:
                await client.close()
                await end(phone)
            assert phone.process.returncode is not None
            assert phone.last_lines() == "(it said nothing)"

    asyncio.run(story())
