"""A mounted door of ten lines: all its refusals are in its own dialect."""

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from mounted import ORIGIN, mounted
from proofup.values.errors import ProofupError, StoreBusyError
from proofup.web.entrance import entrance
from proofup.web.mount import Mount
from proofup.web.programs import ProgramDialect, Refusal, as_json
from proofup.web.public_url import PublicUrl
from proofup.web.request_context import RequestContext, context_of

FAULTS = {"busy": StoreBusyError(2), "fault": ZeroDivisionError("a secret: 481516")}


async def take(request: Request) -> Response:
    return JSONResponse({"read": len(await request.body())})


async def fail(request: Request) -> Response:
    raise FAULTS[request.path_params["how"]]


def in_json(refusal: Refusal, context: RequestContext) -> Response:
    told = {"code": refusal.code, "id": context.request_id}
    return JSONResponse(told, refusal.status, refusal.headers)


PROBE = Mount(
    paths=frozenset({"/probe/v1"}),
    dialect=ProgramDialect(in_json),
    routes=[Route("/probe/v1/take", take, methods=["POST"]), Route("/probe/v1/fail/{how}", fail)],
    own_answers=frozenset({ProofupError}),
)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(mounted(PROBE), base_url=ORIGIN) as found:
        yield found


OURS = {"origin": ORIGIN}
TOO_LARGE = b"x" * (64 * 1024 + 1)


@pytest.mark.parametrize(
    ("asked", "headers", "body", "status", "code"),
    [
        ("GET /probe/v1/take", {"host": "evil.test"}, b"", 421, "wrongHost"),
        ("GET /probe/v1/take", {"host": ""}, b"", 400, "wrongHost"),
        ("POST /probe/v1/take", {"origin": "https://evil.test"}, b"", 403, "foreignOrigin"),
        ("POST /probe/v1/take", OURS, TOO_LARGE, 413, "bodyTooLarge"),
        ("GET /probe/v1/fail/busy", {}, b"", 503, "busy"),
        ("GET /probe/v1/nothing", {}, b"", 404, "notFound"),
        ("GET /probe/v1", {}, b"", 404, "notFound"),
        ("GET /probe/v1/take/", {}, b"", 404, "notFound"),
        ("GET /probe/v1/take", {}, b"", 405, "methodNotAllowed"),
        ("GET /probe/v1/fail/fault", {}, b"", 500, "internalError"),
    ],
)
def test_a_probe_door_answers_every_refusal_in_its_own_dialect(
    client: TestClient,
    asked: str,
    headers: dict[str, str],
    *,
    body: bytes,
    status: int,
    code: str,
) -> None:
    answer = client.request(*asked.split(), headers=headers, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"code": code, "id": answer.headers["x-request-id"]}
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_what_a_refusal_has_to_add_comes_along(client: TestClient) -> None:
    assert client.get("/probe/v1/fail/busy").headers["retry-after"] == "2"
    assert client.get("/probe/v1/take").headers["allow"] == "POST"


def test_another_door_does_not_speak_so(client: TestClient) -> None:
    for path in ("/probe", "/probe/v10/take", "/probe/v2", "/", "/PROBE/v1/take"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, "Not Found")


def test_a_body_within_the_bounds_is_taken(client: TestClient) -> None:
    answer = client.post("/probe/v1/take", content=b"x" * 64 * 1024, headers=OURS)
    assert answer.json() == {"read": 64 * 1024}


def test_a_door_for_programs_looks_at_no_origin_and_one_for_any_host_at_no_host() -> None:
    open_door = Mount(
        paths=frozenset({"/open"}),
        dialect=ProgramDialect(as_json),
        routes=[Route("/open", take, methods=["POST"])],
        any_host=True,
        for_programs=True,
        longest_body=3,
    )
    client = TestClient(mounted(PROBE, open_door), base_url=ORIGIN)
    headers = {"host": "10.0.0.3", "origin": "https://evil.test"}
    assert client.post("/open", content=b"123", headers=headers).json() == {"read": 3}
    assert client.post("/open", content=b"1234").status_code == 413
    assert client.get("/probe/v1/take", headers={"host": "10.0.0.3"}).status_code == 421


def test_every_door_is_told_to_the_watch_by_its_route() -> None:
    noted: list[tuple[str, str, int]] = []
    app = mounted(PROBE, note_request=lambda *what: noted.append(what[:3]))
    client = TestClient(app, base_url=ORIGIN)
    client.get("/probe/v1/fail/fault")
    client.get("/probe/v1/secret")
    assert noted == [("GET", "/probe/v1/fail/{how}", 500), ("GET", "none", 404)]


@pytest.mark.anyio
async def test_a_path_that_is_none_and_a_web_socket_are_refused() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app = mounted(PROBE)
    headers = [(b"host", b"localhost:8080")]
    asked = {"type": "http", "method": "OPTIONS", "path": "*", "headers": headers}
    await app(asked, receive, send)
    await app({"type": "websocket", "path": "/probe/v1/take", "headers": []}, receive, send)
    assert sent[0]["status"] == 404
    assert sent[-1]["type"] == "websocket.close"


def test_a_door_that_cannot_say_everything_is_not_mounted() -> None:
    class Speechless(ProgramDialect, frozen=True):
        """A dialect that only has an answer to bugs."""

        @property
        def table(self) -> dict[type[Exception], object]:  # type: ignore[override]
            return {Exception: context_of}

    with pytest.raises(TypeError, match="WrongHostError"):
        Mount(paths=frozenset({"/x"}), dialect=Speechless(as_json), routes=[])  # type: ignore[arg-type]


def test_two_doors_cannot_have_one_path_and_one_has_to_take_the_rest() -> None:
    with pytest.raises(ValueError, match="two doors want /probe/v1"):
        mounted(PROBE, PROBE)
    with pytest.raises(ValueError, match="no door takes"):
        entrance(
            [PROBE],
            public_url=PublicUrl.of(ORIGIN),
            clock=lambda: context_of({}).at,
            entropy=bytes,
        )
