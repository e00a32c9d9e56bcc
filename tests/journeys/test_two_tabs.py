"""Two tabs of one browser in which two accounts sign in."""

import pytest

from journeys.steps import PHONE, is_signed_in, to_challenge, to_password, told
from proofup.policy import figures
from proofup.policy.limits import Limit
from visitor import Visitor
from world import PASSWORD, World

pytestmark = pytest.mark.anyio
KIM = "kim.larsen@contoso.test"


@pytest.mark.both_engines
async def test_a_password_is_not_counted_against_the_account_of_another_tab(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.person()
    await world.person(KIM, password="a password of Kim alone")
    limit = Limit(name="passwordAccount", most=1, within=figures.HOUR)
    monkeypatch.setattr(figures, "PASSWORD_OF_ACCOUNT", limit)
    first_tab = await to_password(visitor)
    second_tab = await to_password(visitor, name=KIM)
    visitor.page = first_tab
    page = await visitor.send("/signin/password", password=PASSWORD)
    told(page, "You began another sign-in in this browser", number="409", status=409)
    assert 'href="/signin/password">Go on with the other one' in page.html
    visitor.page = second_tab
    page = await visitor.send("/signin/password", password="a password of Kim alone")
    assert is_signed_in(page), "her one try was left"


async def test_a_code_is_not_counted_against_the_account_of_another_tab(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    await world.person(KIM, phone="+44 7700 900068")
    first_tab = await to_challenge(visitor)
    await world.sent()
    second_tab = await to_challenge(visitor, name=KIM)
    code = await world.texted_code()
    for _ in range(2 * figures.ANSWERS_PER_CHALLENGE.most):
        visitor.page = first_tab
        page = await visitor.send("/signin/challenge", code="000000")
        told(page, "counts against nobody", number="409", status=409)
    visitor.page = second_tab
    assert is_signed_in(await visitor.send("/signin/challenge", code=code))


async def test_a_browser_that_does_not_tell_where_a_form_is_from_gets_in(
    world: World, visitor: Visitor
) -> None:
    await world.person(phone=PHONE)
    typed = {
        "/signin": {"username": "robin.ashby@contoso.test"},
        "/signin/password": {"password": PASSWORD},
        "/signin/challenge": {"code": ""},
    }
    for path, fields in typed.items():
        form = (await visitor.open(path)).form(path).fields
        if "code" in fields:
            fields["code"] = await world.texted_code()
        answer = await visitor.http.post(
            path, data={**form, **fields}, headers={"origin": "null"}, follow_redirects=False
        )
        assert answer.status_code == 303, path
    assert is_signed_in(await visitor.open("/myapps"))
