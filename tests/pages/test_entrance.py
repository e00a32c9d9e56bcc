import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from pages.samples import House
from proofup.web.entrance import RightHost


@pytest.mark.parametrize(
    ("host", "status"), [("evil.test", 421), ("localhost:9999", 421), ("id\xe4", 400)]
)
def test_another_host_is_told_the_right_address(client: TestClient, host: str, status: int) -> None:
    answer = client.get("/sample/name", headers={b"host": host.encode("latin-1")})
    assert answer.status_code == status
    assert "Its address is http://localhost:8080" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_health_may_be_asked_by_any_name(client: TestClient) -> None:
    answer = client.get("/healthz", headers={"host": "10.0.0.3"})
    assert answer.status_code == 404, "no such route here, but not refused"


@pytest.mark.anyio
async def test_what_is_no_request_passes_through(local: House) -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def refuse(*_: object) -> None:
        raise AssertionError

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    sent: list[str] = []
    host = RightHost(app, local.public_url, refuse)  # type: ignore[arg-type]  # never called
    await host({"type": "lifespan"}, receive, send)
    assert seen == ["lifespan"]
    with TestClient(local.app, base_url="http://localhost:8080") as started:
        assert started.get("/sample/name").status_code == 200
