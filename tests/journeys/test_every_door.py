"""Every door of the service answers its refusals in its own dialect."""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from journeys.house import GRAPH, routes_of
from proofup.assembly.service import Service
from proofup.authentication import issuing
from proofup.config.settings import Calls, Metrics
from proofup.values.errors import ProofupError, StoreBusyError
from proofup.values.secret import Secret
from proofup.web.dialect import FAULTS, answer_to
from proofup.web.mount import Mount
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio
TOP = Path(__file__).parents[2]
SECRET = Secret("another-secret-of-32-letters-or-more")
OURS = {"sec-fetch-site": "same-origin"}
OAUTH = (
    *("/common", "/organizations", "/adfs", "/oidc", "/metadata", "/tenants", "/subscriptions"),
    "/.well-known/webfinger",
)
JSON = ("/delivery", "/authenticator/v1", "/v1.0", "/beta", *OAUTH)
TYPES = {"/": "text/html", **dict.fromkeys(JSON, "application/json")}  # else plain text


@pytest.fixture
def calls() -> Calls | None:
    return Calls(webhook="https://calls.contoso.test", secret=SECRET, caller="+441632960000")


@pytest.fixture
def metrics() -> Metrics | None:
    return Metrics(token=SECRET)


def core() -> list[str]:
    """Return the packages of the core, as the import contracts name them."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    (found,) = [
        contract["source_modules"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["name"] == "The core does no I/O"
    ]
    return [name.removeprefix("proofup.") for name in found]


def errors_of_the_core() -> Iterator[type[ProofupError]]:
    """Return every error that the core can raise."""
    for package in core():
        root = importlib.import_module(f"proofup.{package}")
        for module in pkgutil.iter_modules(root.__path__, f"{root.__name__}."):
            named = vars(importlib.import_module(module.name)).values()
            for found in named:
                is_error = isinstance(found, type) and issubclass(found, ProofupError)
                if is_error and found.__module__ == module.name:
                    yield found


def reached(mount: Mount) -> set[str]:
    """Return the modules that a door imports, and those that they import in turn.

    The catalogue of methods is where this ends: what only one kind of method raises is met by
    those who ask for that kind.
    """
    endpoints = (getattr(one.endpoint, "func", one.endpoint) for one in mount.routes)
    packages = {f"proofup.{one.__module__.split('.')[1]}." for one in endpoints}
    left = {name for name in imports() if name.startswith(tuple(packages))}
    found: set[str] = set()
    while left:
        name = left.pop()
        found.add(name)
        if name != "proofup.methods.catalogue":
            left |= imports().get(name, set()) - found
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Return every module of the product with the names that it imports."""
    found = {}
    for file in (TOP / "src" / "proofup").rglob("*.py"):
        name = ".".join(file.relative_to(TOP / "src").with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules = {node.module or "" for node in froms}
        # ``from package import module`` names a module too.
        found[name] = modules | {
            f"{one.module}.{alias.name}" for one in froms for alias in one.names
        }
    return found


def missing(mount: Mount) -> set[type[ProofupError]]:
    """Return the errors of the core that a door can meet but has no answer to."""
    known = reached(mount)
    return {
        error
        for error in errors_of_the_core()
        if error is not ProofupError
        and error not in FAULTS
        and error.__module__ in known
        and not issubclass(error, tuple(mount.own_answers))
        and answer_to(mount.dialect.table, error) is None
    }


def test_every_error_of_the_core_has_a_line_in_the_table_of_every_door(service: Service) -> None:
    missed = {min(one.paths): missing(one) for one in service.app.mounts if missing(one)}
    assert missed == {}, "write a line in web/programs.py and pages/refusals.py, or own_answers"


def test_no_door_answers_itself_what_it_cannot_meet(service: Service) -> None:
    for mount in service.app.mounts:
        known = reached(mount)
        assert {one for one in mount.own_answers if one.__module__ not in known} == set()


def test_an_error_that_is_new_in_the_core_is_missed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NewError(ProofupError):
        """An error without a line in any table."""

    NewError.__module__ = issuing.__name__
    monkeypatch.setattr(issuing, "NewError", NewError, raising=False)
    missed = [min(one.paths) for one in service.app.mounts if NewError in missing(one)]
    assert missed == ["/", "/.well-known/change-password"], "the sign-in and the portal"


def address(route: Route) -> str:
    """Return an address of ``route``."""
    path = (
        route.path.replace("{message_id}", "m-1").replace("{tenant}", "common").replace("**", "x/x")
    )
    return re.sub(r"\{\w+\}", "x", path)


async def refusals(visitor: Visitor, mount: Mount) -> list[httpx2.Response]:
    """Return the answers of a door to requests that it refuses."""
    path = address(mount.routes[0])
    http = visitor.http
    below = path.rstrip("/") + "/no/such/page"
    return [
        await http.get(below),
        await http.put(path, headers=OURS),
        *([] if mount.any_host else [await http.get(path, headers={"host": "evil.test"})]),
        *([] if mount.for_programs else [await http.post(path)]),
    ]


async def test_every_door_refuses_in_its_own_dialect(service: Service, visitor: Visitor) -> None:
    seen = set()
    for mount in service.app.mounts:
        has_pages = not mount.for_programs
        name = "/" if has_pages else min(mount.paths)
        for answer in await refusals(visitor, mount):
            assert 400 <= answer.status_code < 500, answer.url
            assert answer.headers["content-type"].startswith(TYPES.get(name, "text/plain"))
            assert ("set-cookie" in answer.headers) <= has_pages
            seen.add(answer.status_code)
    assert seen == {400, 403, 404, 405, 421}


async def test_a_program_gets_no_page_when_a_fault_is_ours_or_the_store_is_busy(
    world: World, service: Service, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors = [mount for mount in service.app.mounts if mount.for_programs]
    for error, status in ((StoreBusyError(), 503), (ZeroDivisionError(), 500)):
        for route in (mount.routes[0] for mount in doors):

            async def fails(*_: object, error: Exception = error) -> None:
                raise error

            monkeypatch.setattr(route, "app", fails)
            path = address(route)
            (method, *_) = sorted((route.methods or set()) - {"HEAD"})
            answer = await visitor.http.request(method, path)
            assert answer.status_code == status
            expected = "application/json" if path.startswith(JSON) else "text/plain"
            assert answer.headers["content-type"].startswith(expected)
            assert "<" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{}", b"[" * 4000, b"\xff\x00", b"form_token=x&code=1"])
async def test_WE2_NE2_whatever_is_posted_to_a_door_for_programs_needs_its_proof(
    service: Service, visitor: Visitor, body: bytes
) -> None:
    for mount, route in routes_of(service.app):
        if not mount.for_programs or "POST" not in (route.methods or ()):
            continue
        path = address(route)
        is_oauth = path.startswith(OAUTH)
        expected = "InvalidAuthenticationToken" if path.startswith(GRAPH) else "unauthorized"
        for headers in ({}, OURS, {"origin": "https://evil.test"}):
            answer = await visitor.http.post(path, content=body, headers=headers)
            if is_oauth:
                assert answer.json()["error"] in {"invalid_request", "invalid_token"}
            else:
                refused = (answer.status_code, answer.json()["error"]["code"])
                assert refused == (401, expected), path
        if is_oauth or path.startswith(GRAPH):
            continue
        answer = await visitor.http.post(path, content=b"x" * 4097)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "bodyTooLarge")
