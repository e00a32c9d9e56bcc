"""``proofup carrier test``: one text by each carrier that is set up."""

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest

from delivery.http_servers import HttpServer, answer, http_server
from host_commands import ADMIN, Proofup

NUMBER = "+447700900067"


@pytest.fixture
def peer() -> Iterator[HttpServer]:
    """Serve what carriers answer, from a thread of its own."""
    ready, done = threading.Event(), threading.Event()
    found: list[HttpServer] = []

    async def story() -> None:
        async with http_server(answer(201, b'{"sid": "SM1"}'), answer(401)) as server:
            found.append(server)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=[story()])
    thread.start()
    ready.wait()
    yield found[0]
    done.set()
    thread.join()


def test_a_text_is_sent_and_the_answer_told(
    proofup: Proofup, peer: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ("--organisation", "Contoso", "--public-url", "http://localhost:8080", "--admin", ADMIN)
    assert proofup("init", *told).code == 0
    assert "Texts are not set up" in proofup("carrier", "test", NUMBER).out
    settings = {
        "OUTBOUND_ALLOW": "127.0.0.1",
        "TEXTS__SENDER": "+15005550006",
        "TEXTS__TWILIO__ACCOUNT": "AC" + 32 * "0",
        "TEXTS__TWILIO__TOKEN": "t",
        "TEXTS__TWILIO__URL": f"http://127.0.0.1:{peer.port}",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"PROOFUP_{name}", value)
    said = proofup("carrier", "test", NUMBER, "--json")
    assert said.code == 0
    taken = {"carrier": "twilio", "reference": "SM1", "refused": None}
    assert json.loads(said.out) == {"carriers": [taken]}
    assert b"Contoso" in peer.requests[0].body
    refused = proofup("carrier", "test", NUMBER)
    assert (refused.code, refused.out) == (1, "twilio: answered 401\n")
    assert "is no number" in proofup("carrier", "test", "12").err


def test_an_operator_that_is_away_is_told(
    service: Proofup, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "OUTBOUND_ALLOW": "127.0.0.1",
        "TEXTS__SMPP__HOST": "127.0.0.1",
        "TEXTS__SMPP__PORT": "1",
        "TEXTS__SMPP__USER": "contoso",
        "TEXTS__SMPP__PASSWORD": "secret",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"PROOFUP_{name}", value)
    said = service("carrier", "test", NUMBER)
    assert (said.code, said.out) == (1, "smpp: the connection failed\n")
