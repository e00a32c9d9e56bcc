"""The demo's start page, phones, mailbox and application: a separate small program.

    python -m demo.phone --folder demo-data

Texts and calls come in by the webhook carrier (docs/carriers/webhook.md), mails by SMTP.
"""

import argparse
import asyncio
import socket
import sys
from pathlib import Path

import uvicorn
from demo.carrier import Carrier
from demo.expenses import Expenses, fetched_by_http
from demo.organisation import client_id
from demo.pages import Pages
from demo.people import kept
from demo.post_office import Mailbox
from demo.posting import posts_by_http
from demo.rendering import environment

HOST = "127.0.0.1"


async def serve(folder: Path, port: int, smtp_port: int, service_url: str) -> None:
    """Serve until TERM or INT."""
    secret = (folder / "carrier.secret").read_text().strip()
    carrier, mailbox = Carrier(post=posts_by_http(secret)), Mailbox()
    templates = environment(service_url)
    expenses = Expenses(
        templates,
        client_id=client_id(folder),
        service_url=service_url,
        own_url=f"http://localhost:{port}",
        fetch=fetched_by_http,
    )
    pages = Pages(
        carrier,
        mailbox,
        kept(folder / "people.json"),
        templates,
        secret=secret,
        service_url=service_url,
        more=expenses.routes,
    )
    post_office = await mailbox.listen(HOST, smtp_port)
    settings = uvicorn.Config(pages.application, log_level="warning", lifespan="off")
    with socket.create_server((HOST, port)) as listener:
        await uvicorn.Server(settings).serve([listener])
    post_office.close()
    await carrier.close()


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        description="The demo's start page, phones, mailbox and application."
    )
    parser.add_argument("--folder", type=Path, required=True, help="where the people's file lies")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--smtp-port", type=int, default=8082)
    parser.add_argument("--service-url", default="http://localhost:8080")
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.folder, given.port, given.smtp_port, given.service_url))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"The demo's phone cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
