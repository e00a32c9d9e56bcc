"""Any text in a form gets an answer, and never an internal error (WE2, TX5)."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeys.house import House, moved_in
from journeys.steps import token_for
from proofup.assembly.service import Service
from visitor import Visitor
from world import World

pytestmark = pytest.mark.anyio

TEXTS = st.text(max_size=80) | st.text(alphabet="0123456789 +-()", max_size=20)
WORDS = st.sampled_from(
    ["robin.ashby@contoso.test", "phone", "softwareOath", "sms", "oath", "GB", "on", "/x", "123456"]
)
VALUES = WORDS | TEXTS
FIELDS = {
    "/signin": ("username", "return"),
    "/signin/password": ("password", "username"),
    "/signin/challenge": ("code",),
    "/signin/challenge/send": ("option",),
    "/security-info/phone": ("number", "country", "replaces"),
    "/security-info/add": ("kind", "displayName"),
    "/security-info/default": ("option",),
    "/security-info/verify": ("to", "option"),
    "change": ("code", "sign_out_others"),
    "new_app": ("code", "sign_out_others"),
}


def filled(place: str) -> st.SearchStrategy[tuple[str, dict[str, str | None]]]:
    """Return what may come of a form at ``place``: each field with any text, or without one."""
    fields = st.fixed_dictionaries({name: st.none() | VALUES for name in FIELDS[place]})
    return st.tuples(st.just(place), fields)


@pytest.fixture
async def house(world: World, visitor: Visitor, service: Service) -> House:
    return await moved_in(world, visitor, service.app)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(typed=st.sampled_from(sorted(FIELDS)).flatmap(filled))
async def test_WE2_any_text_in_any_field(
    house: House, typed: tuple[str, dict[str, str | None]]
) -> None:
    visitor = house.visitor
    place, fields = typed
    path = {"change": house.change, "new_app": house.new_app}.get(place, place)
    pairs = [(name, value) for name, value in fields.items() if value is not None]
    body = urlencode([("form_token", token_for(visitor, path)), *pairs], errors="surrogatepass")
    answer = await visitor.http.post(
        path,
        content=body,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        },
    )
    assert answer.status_code < 500, (path, pairs)
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.binary(max_size=300), place=st.sampled_from(sorted(FIELDS)))
async def test_WE2_any_bytes_as_a_form(house: House, body: bytes, place: str) -> None:
    path = {"change": house.change, "new_app": house.new_app}.get(place, place)
    answer = await house.visitor.http.post(
        path,
        content=body,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        },
    )
    assert answer.status_code in {400, 403}
