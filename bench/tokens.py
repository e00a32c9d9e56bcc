"""Tokens: client credentials and the rotation of a refresh token, beside node oidc-provider.

Both servers are programs of their own, asked by the same client one request after another, in
turns. What counts is the CPU of the server.
"""

import asyncio
import http.client
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.crowd import people
from bench.imports import run_to_end
from bench.measuring import PARTS, Cost, best
from bench.report import Figure, Ratio, Report
from bench.servers import HOST, MOST_SECONDS, cpu_seconds, free_port, running
from proofup.administration.applications.credentials import add_secret
from proofup.administration.applications.registering import Registration, create_application
from proofup.administration.applications.rights import RightKind, grant_rights
from proofup.cli.opening import opened
from proofup.tokens.authorization import SignedIn
from proofup.tokens.family import AddRefreshToken, Family, OpenFamily
from proofup.tokens.first_party import AZURE_CLI
from proofup.values.ids import random_id, random_token, token_digest

CLIENTS = Path(__file__).parents[1] / ".venv" / "clients" / "node_modules"
PROVIDER = Path(__file__).with_name("oidc_provider.mjs")
NAME = "localhost"  # as each server calls itself
OURS, THEIRS = "Proofup, SQLite", "node oidc-provider"
AT_MOST = {"client credentials, RS256": 600e-6, "refresh rotation, RS256": 1400e-6}
NOTES = (
    "oidc-provider has its tokens in memory; a refresh of Proofup is durable when it is answered",
    "oidc-provider has its clients and its account in memory; Proofup reads both for each request",
    "a refresh signs two tokens in both: an access token and an ID token",
)


@dataclass
class Endpoint:
    """A token endpoint: where it is, and how a client of each kind asks there.

    ``refresh_token`` is the one that is spent next.
    """

    process: int
    port: int
    path: str
    script: Mapping[str, str]
    tool: Mapping[str, str]
    refresh_token: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(NAME, self.port, timeout=MOST_SECONDS)

    def by_credentials(self) -> None:
        """Let a script get a token by its secret."""
        self._ask({"grant_type": "client_credentials", **self.script})

    def by_refresh(self) -> None:
        """Let a program spend its refresh token."""
        told = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, **self.tool}
        answer = self._ask(told)
        assert answer["id_token"].count(".") == 2
        self.refresh_token = answer["refresh_token"]

    def _ask(self, fields: Mapping[str, str]) -> dict[str, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", self.path, urlencode(fields), form)
        response = self.connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        assert response.status == http.HTTPStatus.OK, answer
        assert answer["access_token"].count(".") == 2, "an access token is signed"
        return answer


WORK: Mapping[str, Callable[[Endpoint], None]] = {
    "client credentials, RS256": Endpoint.by_credentials,
    "refresh rotation, RS256": Endpoint.by_refresh,
}


def tokens(report: Report, folder: Path, *, acts: int) -> None:
    """Measure each workload on both, where node and its package are installed."""
    with tempfile.TemporaryDirectory(dir=folder) as made, ExitStack() as stack:
        ends = {OURS: stack.enter_context(_ours(Path(made)))}
        if shutil.which("node") and (CLIENTS / "oidc-provider").exists():
            ends[THEIRS] = stack.enter_context(_theirs(Path(made)))
            report.notes += NOTES
        else:
            report.left_out.append(f"tokens of {THEIRS}: make check installs it, with node")
        for what, ask in WORK.items():
            costs = _by_turns(ends, ask, acts)
            for name, cost in costs.items():
                bar = AT_MOST[what] if name == OURS else None
                report.figures.append(Figure(what=f"{what}, {name}", cost=cost, at_most=bar))
            if THEIRS in costs:
                value = costs[OURS].cpu / costs[THEIRS].cpu
                report.ratios.append(
                    Ratio(what=f"{what}, {OURS} over {THEIRS}", value=value, at_most=1.0)
                )


def _by_turns(
    ends: Mapping[str, Endpoint], ask: Callable[[Endpoint], None], acts: int
) -> Mapping[str, Cost]:
    """Return what one request costs each server; in turns, because the speed varies."""
    costs: dict[str, list[Cost]] = {name: [] for name in ends}
    for end in ends.values():
        _cost(end, ask, acts // PARTS)  # compiles what is compiled while it runs
    for _ in range(PARTS):
        for name, end in ends.items():
            costs[name].append(_cost(end, ask, acts // PARTS))
    return {name: best(found) for name, found in costs.items()}


def _cost(end: Endpoint, ask: Callable[[Endpoint], None], acts: int) -> Cost:
    end.connection.close()  # the next request opens another; a server ends one that is idle
    cpu, wall = cpu_seconds(end.process), time.perf_counter()
    for _ in range(acts):
        ask(end)
    return Cost(
        (cpu_seconds(end.process) - cpu) / acts,
        (time.perf_counter() - wall) / acts,
    )


@contextmanager
def _ours(folder: Path) -> Iterator[Endpoint]:
    """Give the endpoint of a new service, with a script and a person who uses a program."""
    service, port = folder / "service", free_port()
    run_to_end(
        *("init", "--folder", service, "--organisation", "Contoso"),
        *("--public-url", f"http://{NAME}:{port}", "--admin", "kim@contoso.test"),
    )
    path, script, refresh_token = asyncio.run(_clients(service))
    words = [sys.executable, "-m", "proofup", "serve", "--folder", str(service)]
    listens = os.environ | {"PROOFUP_LISTEN": f"{HOST}:{port}"}
    with running(words, port, "/readyz", listens) as process:
        yield Endpoint(process, port, path, script, {"client_id": AZURE_CLI}, refresh_token)


async def _clients(service: Path) -> tuple[str, Mapping[str, str], str]:
    """Register a script; return the path of the endpoint, its proof, and a refresh token."""
    async with opened(service) as ours:
        at, store, actor = datetime.now(UTC), ours.store, ours.actor("app create")
        registration = Registration(name="Nightly script")
        new = await ours.carry_out(create_application(ours.acts, actor, registration, at=at))
        made = await ours.carry_out(add_secret(ours.acts, actor, new, at=at))
        rights = ["User.Read.All"]
        await ours.carry_out(
            grant_rights(actor, made.application, RightKind.APPLICATION, rights, at=at)
        )
        (robin,) = await people(store, range(1))
        family = Family(
            id=random_id(os.urandom),
            application_id=AZURE_CLI,
            signed_in=SignedIn(
                user_id=robin.user.id, epoch=0, signed_in_at=at, proven_at=at, amr=("pwd", "mfa")
            ),
            scope="User.Read openid profile",
            started_at=at,
        )
        token = random_token(os.urandom)
        digest = token_digest(token)
        added = AddRefreshToken(token_digest=digest, family_id=family.id, at=at)
        await store.commit(OpenFamily(family=family), added)
        script = {
            "client_id": str(new.id),
            "client_secret": made.secret.reveal(),
            "scope": "https://graph.microsoft.com/.default",
        }
        return f"/{store.tenant_id}/oauth2/v2.0/token", script, token


@contextmanager
def _theirs(folder: Path) -> Iterator[Endpoint]:
    """Give the endpoint of node oidc-provider, with the same two clients."""
    port, secret, token = free_port(), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    (folder / "node_modules").symlink_to(CLIENTS)
    program = shutil.copy(PROVIDER, folder)
    words = ["node", program, str(port), secret, token]
    script = {"client_id": "script", "client_secret": secret, "scope": "User.Read"}
    environment = os.environ | {"NODE_ENV": "production"}
    looks_at = "/.well-known/openid-configuration"
    with running(words, port, looks_at, environment) as process:
        yield Endpoint(process, port, "/token", script, {"client_id": "tool"}, token)
