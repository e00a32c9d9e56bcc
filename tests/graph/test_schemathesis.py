"""Calls that schemathesis makes up from the contract: no 500, and no answer beside the contract.

``Caller`` holds every answer against the contract. A short run is part of CI; docs/drills.md names
the variable of the long one.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from itertools import count
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import anyio.from_thread
import anyio.to_thread
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from graph import contract
from graph.conftest import Calls, administrator
from proofup.directory.groups import AddGroup, Group
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.graph.resources import BOTH
from proofup.policy.permission_ids import APPLICATION_NAMES, DELEGATED_NAMES
from proofup.values.ids import GroupId, random_id
from world import World

schemathesis = pytest.importorskip(
    "schemathesis", reason="NOT TESTED WITH SCHEMATHESIS: the group clients is not installed"
)
pytestmark = [pytest.mark.anyio, pytest.mark.slow]  # a short run takes most of a minute
SECONDS = float(os.environ.get("PROOFUP_SCHEMATHESIS_SECONDS", "30"))  # 1800 before a release
SEED = int(os.environ.get("PROOFUP_SCHEMATHESIS_SEED", "1"))
EXAMPLES = 3  # of an operation, before another has its turn
KNOWN_ID = 0.7  # of the ids are those of something that is there
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
VERBS = ("get", "post", "patch", "put", "delete")
Ids = Mapping[str, list[str]]


def document(version: str) -> dict[str, Any]:
    """Return the contract without its answers, which ``Caller`` checks."""
    whole = contract.contract(version)
    paths = {
        path: {
            verb: {**operation, "responses": {"default": {"description": "as the contract says"}}}
            if verb in VERBS
            else operation
            for verb, operation in verbs.items()
        }
        for path, verbs in whole["paths"].items()
    }
    return {**whole, "paths": paths}


def operations() -> list[tuple[str, Any]]:
    """Return the operations of both versions."""
    return [
        (version, one.ok())
        for version in BOTH
        for one in schemathesis.openapi.from_dict(document(version)).get_all_operations()
    ]


def plain(value: Any) -> Any:
    """Return a made-up body without the names that no contract has: each is refused at once."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if WORD.fullmatch(name)}
    return [plain(one) for one in value] if isinstance(value, list) else value


def tried(operation: Any, number: int, use: Callable[[Any], None]) -> None:
    """Make up some calls of an operation."""

    @seed(SEED + number)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def sends(case: Any) -> None:
        use(case)

    sends()


async def things(world: World, number: int) -> Ids:
    """Add a person, a group and an application, and return their ids by the names of keys."""
    name = f"robin{number}@contoso.test"
    robin = await world.person(name, phone="+44 7700 900067", apps=1)
    group = Group(
        id=GroupId(random_id(world.entropy)),
        name=f"Pilots {number}",
        mail_nickname=f"pilots{number}",
        created_at=world.now,
    )
    await world.store.commit(AddGroup(group=group))
    application = await world.application(name=f"Script {number}")
    return {
        "user": [robin.user.id, name],
        "group": [group.id],
        "application": [application.object_id],
        "servicePrincipal": [application.principal_id],
        "directoryObject": [robin.user.id, group.id],
        "PhoneAuthenticationMethod": ["3179e48a-750b-4051-897c-87b9720928f7"],
        "phoneAuthenticationMethod": ["3179e48a-750b-4051-897c-87b9720928f7"],
        "passwordAuthenticationMethod": ["28c10230-6103-485e-b985-444c60001490"],
        "authenticationMethod": ["28c10230-6103-485e-b985-444c60001490"],
        "unifiedRoleDefinition": [GLOBAL_ADMINISTRATOR],
    }


async def test_made_up_calls_break_neither_the_service_nor_the_contract(
    world: World, calls: Calls
) -> None:
    random, made = Random(SEED), 0  # noqa: S311 - it must repeat itself
    kim = await administrator(world, GLOBAL_ADMINISTRATOR)
    script = await world.application(*APPLICATION_NAMES, roles=frozenset({GLOBAL_ADMINISTRATOR}))

    async def send(version: str, ids: Ids, case: Any) -> None:
        nonlocal made
        told = random.random()
        token = await world.user_token(kim, *DELEGATED_NAMES)
        token = await world.token_of(script) if told < 0.4 else token
        path = case.operation.path
        for name, value in case.path_parameters.items():
            known = ids.get(name.removesuffix("-id"), [])
            chosen = random.choice(known) if known and random.random() < KNOWN_ID else value
            path = path.replace(f"{{{name}}}", quote(str(chosen), safe="%"))
        query = urlencode(case.query, doseq=True)
        body = plain(case.body) if isinstance(case.body, dict | list) else None
        eventual = {"ConsistencyLevel": "eventual"} if random.random() < 0.5 else {}
        answer = await calls(token).call(
            case.method.upper(),
            f"/{version}{path}" + (f"?{query}" if query else ""),
            body,
            headers=eventual,
        )
        made += 1
        assert answer.status not in {500, 502, 503}, (case.method, path, query, body, answer.text)

    def sending(version: str, ids: Ids) -> Callable[[Any], None]:
        return lambda case: anyio.from_thread.run(send, version, ids, case)

    def run() -> None:
        found = operations()
        ids: Ids = {}
        ends = time.monotonic() + SECONDS
        for number in count():
            if time.monotonic() > ends:
                return
            version, operation = random.choice(found)
            if number % 50 == 0:
                ids = anyio.from_thread.run(things, world, number)
            tried(operation, number, sending(version, ids))

    await anyio.to_thread.run_sync(run)
    assert made > SECONDS / 5  # however busy the machine
