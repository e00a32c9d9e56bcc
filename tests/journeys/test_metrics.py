"""What the figures say after some sign-ins, and what they never say."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from journeys.house import moved_in, routes_of
from journeys.steps import (
    PHONE,
    ROBIN,
    by_text,
    is_signed_in,
    to_challenge,
    to_password,
    token_for,
    told,
)
from journeys.test_recovery_codes import made
from proofup.assembly.service import Service
from proofup.config.settings import Metrics
from proofup.hashing.lane import QUEUED_PER_THREAD
from proofup.hashing.pool import usable_cores
from proofup.values.secret import Secret
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
TOKEN = "a-token-of-32-letters-or-more-xyz"
WRONG = "not the walk by the sea"


@pytest.fixture
def metrics() -> Metrics | None:
    return Metrics(token=Secret(TOKEN))


async def figures(visitor: Visitor) -> str:
    answer = await visitor.http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.text


def value(text: str, name: str, **labels: str) -> float | None:
    """Return the value of one figure, or None where it was never counted."""
    return next(
        (
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ),
        None,
    )


@pytest.mark.both_engines
async def test_what_people_do_is_counted(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await to_password(visitor)
    await visitor.send("/signin/password", password=WRONG)
    await visitor.send("/signin/password", password=PASSWORD)
    await visitor.send("/signin/challenge", code="000000")
    page = await visitor.send("/signin/challenge", code=await world.texted_code())
    assert is_signed_in(page)
    await to_challenge(another_visitor)
    await another_visitor.send("/signin/challenge/send")  # one too many within 30 seconds
    text = await figures(visitor)
    assert value(text, "proofup_sign_ins_total", step="password", outcome="wrongPassword") == 1
    assert value(text, "proofup_sign_ins_total", step="secondProof", outcome="wrong") == 1
    assert value(text, "proofup_sign_ins_total", step="session", outcome="signedIn") == 1
    assert value(text, "proofup_challenges_total", way="sms", outcome="started") == 2
    assert value(text, "proofup_challenges_total", way="sms", outcome="wrong") == 1
    assert value(text, "proofup_challenges_total", way="sms", outcome="taken") == 1
    assert value(text, "proofup_limits_refused_total", limit="textAgain") == 1
    posted = {"method": "POST", "route": "/signin/password", "status": "303"}
    assert value(text, "proofup_requests_total", **posted) == 2
    assert value(text, "proofup_request_seconds_count", route="/signin/password") == 5
    assert (value(text, "proofup_write_seconds_count") or 0) >= 6
    assert value(text, "proofup_hashes") == 0
    assert value(text, "proofup_hashes_most") == usable_cores() * (1 + QUEUED_PER_THREAD)


async def test_every_page_of_a_sign_in_answers_while_it_is_counted(
    world: World, visitor: Visitor
) -> None:
    codes = await made(visitor, world)
    await visitor.send("/signout")
    world.later(seconds=31)
    await to_password(visitor)
    told(await visitor.send("/signin/password", password=WRONG), "password", number="50126")
    await visitor.send("/signin/password", password=PASSWORD)
    told(await visitor.send("/signin/challenge", code="000000"), "code", number="500121")
    assert "Use a recovery code" in (await visitor.open("/signin/options")).text
    await visitor.open("/signin/recovery")
    page = await visitor.send("/signin/recovery", code="0000-0000-0000-0000")
    told(page, "That is none of your unused codes.", number="500121")
    assert is_signed_in(await visitor.send("/signin/recovery", code=codes[0]))
    text = await figures(visitor)
    assert value(text, "proofup_challenges_total", way="recoveryCode", outcome="wrong") == 1
    assert value(text, "proofup_challenges_total", way="recoveryCode", outcome="taken") == 1
    assert value(text, "proofup_sign_ins_total", step="secondProof", outcome="wrong") == 2
    assert value(text, "proofup_sign_ins_total", step="session", outcome="signedIn") == 2


async def test_every_page_and_form_of_every_door_answers_while_it_is_counted(
    world: World, visitor: Visitor, service: Service
) -> None:
    house = await moved_in(world, visitor, service.app)
    for mount, route in routes_of(service.app):
        for path in house.addresses(route) if not mount.for_programs else ():
            answer = await visitor.http.get(path)
            assert answer.status_code < 500, path
    leaving = {"/signout", house.link}
    for path in sorted(set(house.forms) - leaving) + sorted(leaving):
        fields = {"form_token": token_for(visitor, path), "code": "000000"}
        assert (await visitor.post(path, fields)).status < 500, path
    assert (await figures(visitor)).count('status="500"') == 0


@pytest.mark.both_engines
async def test_what_waits_is_looked_at_when_somebody_asks(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await to_challenge(visitor)
    world.later(seconds=42)
    text = await figures(visitor)
    assert value(text, "proofup_outbox_messages", kind="text") == 1
    assert value(text, "proofup_outbox_oldest_seconds", kind="text") == 42
    assert value(text, "proofup_outbox_messages", kind="mail") == 0
    assert value(text, "proofup_outbox_oldest_seconds", kind="mail") == 0


async def test_KE4_no_label_says_who_or_what(world: World, visitor: Visitor) -> None:
    await world.person(phone=PHONE)
    await visitor.open("/not-me/canary-in-the-path?canary=in-the-query")
    await visitor.http.request("BREW", "/canary")
    await by_text(visitor, world)
    text = await figures(visitor)
    said = re.sub(r" \S+$", "", text, flags=re.MULTILINE)  # a figure may be any number
    assert 'proofup_sign_ins_total{outcome="signedIn",step="session"}' in said
    told = (ROBIN, "robin", "7700", "900067", "203.0.113", "canary", "BREW", TOKEN, PASSWORD)
    assert not [word for word in told if word in said]
    nowhere = {"method": "other", "route": "none", "status": "403"}
    assert value(text, "proofup_requests_total", **nowhere) == 1
    labels = set(re.findall(r'([a-z]+)="', text))
    assert labels <= {
        "method",
        "route",
        "status",
        "le",
        "step",
        "outcome",
        "way",
        "kind",
        "limit",
        "budget",
    }


async def test_AD13_who_shows_no_token_or_another_learns_nothing(visitor: Visitor) -> None:
    for shown in ("", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"bearer{TOKEN}"):
        answer = await visitor.http.get("/metrics", headers={"authorization": shown})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.text == ""


async def test_AD13_a_node_is_asked_by_its_own_name(visitor: Visitor) -> None:
    headers = {"host": "10.0.0.11:8080", "authorization": f"bearer  {TOKEN} "}
    answer = await visitor.http.get("/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")


@pytest.mark.parametrize("metrics", [None])
async def test_AD13_AD15_without_a_token_there_is_no_such_address(visitor: Visitor) -> None:
    answer = await visitor.http.get("/metrics", headers={"authorization": "Bearer "})
    assert answer.status_code == 404
