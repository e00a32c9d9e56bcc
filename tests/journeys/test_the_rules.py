"""The rules of the organisation on a page: looked at, counted, saved, put back."""

import re

import pytest

from journeys.administrators import KIM, administrator, to_admin
from journeys.conftest import NewVisitor
from proofup.administration.set_rules import set_rules
from proofup.audit.events.accounts import PolicyChanged
from proofup.audit.log import Wanted
from proofup.policy.permissions import Permission
from proofup.policy.roles import (
    AUTHENTICATION_POLICY_ADMINISTRATOR,
    HELP_DESK_MFA,
    SECURITY_READER,
)
from proofup.policy.rule_choices import Demand, Guard
from proofup.policy.rules import Policy, SetPolicy
from proofup.storage.store import Store
from proofup.values.ways import Way
from visitor import Page, Visitor
from world import World

pytestmark = pytest.mark.anyio
RULES, CHANGE, HISTORY = "/admin/rules", "/admin/rules/change", "/admin/rules/history"


async def policy_of(world: World) -> Policy:
    store: Store = world.store
    return await store.policies.current()


async def to_change(visitor: Visitor, topic: str = "organisation") -> Page:
    return await visitor.open(f"{CHANGE}?of={topic}")


async def look(visitor: Visitor, **typed: str) -> Page:
    """Type values of rules, by their names, and look at what they would do."""
    fields = {f"rule.{name.replace('__', '.')}": value for name, value in typed.items()}
    return await visitor.send(CHANGE, button=("step", "look"), **fields)


async def save(visitor: Visitor, reason: str = "ticket 4711") -> Page:
    return await visitor.send(CHANGE, button=("step", "save"), reason=reason)


@pytest.fixture
async def kim(world: World, visitor: Visitor) -> Visitor:
    """Return the browser of the least role that may set rules, signed in."""
    person = await administrator(world, KIM, AUTHENTICATION_POLICY_ADMINISTRATOR)
    page = await to_admin(visitor, world, person)
    assert RULES in page.html
    return visitor


@pytest.mark.both_engines
async def test_a_change_is_counted_saved_with_its_reason_and_put_back(
    world: World, kim: Visitor
) -> None:
    await world.person("nobody@contoso.test")
    page = await kim.open(RULES)
    assert "nobody yet" in page.text
    await to_change(kim)
    page = await look(kim, demand="everyone", guard="invitation")
    assert "1 person is locked out" in page.text
    assert "1 person must have a second proof, and needed none before" in page.text
    assert "2 people were counted" in page.text
    assert await policy_of(world) == Policy(), "nothing is saved before it was looked at"
    page = await save(kim)
    assert page.path == f"{RULES}?done"
    assert "The rules are saved" in page.text
    assert KIM in page.text, "who set them"
    assert await policy_of(world) == Policy(demand=Demand.EVERYONE, guard=Guard.INVITATION)
    wanted = Wanted(words=frozenset({"policyChanged"}))
    (entry,) = (await world.store.log.page(wanted, before=None, most=9)).entries
    assert isinstance(entry.event, PolicyChanged)
    assert entry.event.reason == "ticket 4711"
    page = await kim.open(HISTORY)
    assert "everyone" in page.text
    assert "ticket 4711" in page.text
    page = await kim.send(CHANGE, button=("step", "look"))
    assert "1 person needs no second proof any more" in page.text
    world.later(seconds=1)
    await save(kim, "it was too early")
    assert await policy_of(world) == Policy()
    page = await kim.open(HISTORY)
    assert page.text.index("it was too early") < page.text.index("ticket 4711")


async def test_wrong_values_are_named_with_what_is_right_and_nothing_typed_is_lost(
    world: World, kim: Visitor
) -> None:
    await to_change(kim)
    page = await look(kim, graceDays="400", blockDays="soon", fraudBlocks="true")
    assert page.status == 400
    assert page.title.startswith("Error:")
    assert "Type a whole number from 0 to 365." in page.text
    assert "Type a whole number from 1 to 365." in page.text
    fields = page.form(CHANGE).fields
    assert (fields["rule.graceDays"], fields["rule.blockDays"]) == ("400", "soon")
    assert fields["rule.fraudBlocks"] == "true"
    page = await look(kim, graceDays="40", blockDays="90")
    assert "Save these rules?" in page.text
    page = await save(kim, " ")
    assert "Type a reason" in page.text
    page = await kim.send(CHANGE, button=("step", "edit"))
    assert page.form(CHANGE).fields["rule.graceDays"] == "40"
    page = await look(kim)
    await save(kim)
    assert await policy_of(world) == Policy(grace_days=40, fraud_blocks=True)
    await to_change(kim)
    assert "Nothing would change" in (await look(kim)).text


async def test_rules_that_keep_people_out_are_refused_with_the_way_out(
    world: World, kim: Visitor
) -> None:
    await to_change(kim)
    ticks = [name for name in kim.page.form(CHANGE).fields if name.startswith("word.ways.")]
    page = await kim.send(CHANGE, button=("step", "look"), without=ticks)
    assert "Tick at least one." in page.text
    await to_change(kim)
    others = [name for name in ticks if name != "word.ways.recoveryCode"]
    page = await kim.send(CHANGE, button=("step", "look"), without=others)
    assert "Nobody could register a method" in page.text
    await to_change(kim)
    others = [name for name in ticks if name != "word.ways.sms"]
    page = await kim.send(
        CHANGE, button=("step", "look"), without=others, **{"rule.leastMethods": "2"}
    )
    assert "They demand 2 methods, and some people can register only 1." in page.text
    page = await look(kim, leastMethods="1")
    assert "Save these rules?" in page.text
    await save(kim)
    assert await policy_of(world) == Policy(ways=frozenset({Way("sms")}))


async def test_limits_and_the_rules_of_a_method_are_changed_in_the_same_way(
    world: World, kim: Visitor
) -> None:
    await to_change(kim, "limits")
    page = await look(kim, limits__passwordNetwork="500")
    assert "Nobody is asked for anything new" in page.text
    await save(kim)
    assert (await policy_of(world)).limits == {"passwordNetwork": 500}, "and no other is pinned"
    page = await kim.open(HISTORY)
    await kim.send(CHANGE, button=("step", "look"))
    await save(kim)
    assert (await policy_of(world)).limits == {}, "it follows the default of a later release"
    await to_change(kim, "temporaryAccessPass")
    page = await look(kim, temporaryAccessPass__defaultLifetimeInMinutes="900")
    assert "The usual lifetime must not be shorter" in page.text
    page = await look(kim, temporaryAccessPass__maximumLifetimeInMinutes="1000")
    await save(kim)
    own = (await policy_of(world)).methods["temporaryAccessPass"]
    assert own == {"defaultLifetimeInMinutes": 900, "maximumLifetimeInMinutes": 1000}
    assert (await kim.open(f"{CHANGE}?of=pigeons")).status == 404


@pytest.mark.both_engines
async def test_the_second_of_two_administrators_is_told(
    world: World, kim: Visitor, new_visitor: NewVisitor
) -> None:
    other = new_visitor()
    lee = await administrator(world, "lee@contoso.test")
    await to_admin(other, world, lee)
    await to_change(kim)
    await to_change(other)
    await look(kim, graceDays="9")
    await look(other, blockDays="5")
    await save(other, "shorter blocks")
    page = await save(kim)
    assert page.status == 400
    assert "The rules were changed meanwhile" in page.text
    assert "lee@contoso.test" in page.text
    assert "shorter blocks" in page.text
    assert await policy_of(world) == Policy(block_days=5), "nothing of the second is saved"
    assert page.form(CHANGE).fields["rule.graceDays"] == "9"
    assert "Set meanwhile: 5" in page.text
    page = await look(kim, blockDays="5")
    await save(kim)
    assert await policy_of(world) == Policy(block_days=5, grace_days=9)


async def test_rules_that_change_while_they_are_saved_are_not_overwritten(
    world: World, kim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other administrator is faster by less than one request."""
    await to_change(kim)
    await look(kim, graceDays="9")
    read = type(world.store.policies).current

    async def overtaken(self: object) -> Policy:
        found = await read(self)  # type: ignore[arg-type]
        monkeypatch.undo()
        await world.store.commit(SetPolicy(policy=Policy(block_days=5)))
        return found

    monkeypatch.setattr(type(world.store.policies), "current", overtaken)
    page = await save(kim)
    assert "The rules were changed meanwhile" in page.text
    assert await policy_of(world) == Policy(block_days=5)


async def test_a_proof_that_grew_old_while_typing_loses_nothing(world: World, kim: Visitor) -> None:
    await to_change(kim)
    world.later(minutes=6)
    page = await look(kim, graceDays="9")
    page = await save(kim)
    assert "Show once more that it is you" in page.text
    assert "/security-info/verify" in page.html
    assert "ticket 4711" in page.html
    assert page.form(CHANGE).fields["rule.graceDays"] == "9"
    assert await policy_of(world) == Policy()
    page = await to_change(kim)
    assert page.path.startswith("/security-info/verify"), "asked before anything is typed"


async def test_a_reader_reads_and_others_find_no_page(
    world: World, visitor: Visitor, another_visitor: Visitor
) -> None:
    reader = await administrator(world, "reader@contoso.test", SECURITY_READER)
    await to_admin(visitor, world, reader)
    page = await visitor.open(RULES)
    assert page.status == 200
    assert "Change" not in re.sub("changes|meanwhile", "", page.text)
    assert (await visitor.open(HISTORY)).status == 200
    assert (await visitor.open(CHANGE)).status == 404
    desk = await administrator(world, "desk@contoso.test", HELP_DESK_MFA)
    page = await to_admin(another_visitor, world, desk)
    assert RULES not in page.html
    for address in (RULES, HISTORY, CHANGE):
        assert (await another_visitor.open(address)).status == 404


async def test_the_history_is_paged(world: World, kim: Visitor) -> None:
    assert "Nothing was changed yet" in (await kim.open(HISTORY)).text
    ports = world.administration
    for days in range(1, 31):
        act = set_rules(
            ports, world.host, await policy_of(world), {"graceDays": f"{days}"}, at=world.now
        )
        await world.carry_out(act)
        world.later(seconds=1)
    page = await kim.open(HISTORY)
    assert "the command line" in page.text
    assert "29 → 30" in page.text
    assert page.text.count("Put back") == 25
    page = await kim.open(re.findall(r'href="([^"]+before=[^"]+)"', page.html)[0])
    assert page.text.count("Put back") == 5
    assert "0 → 1" in page.text
    assert "Next page" not in page.text


async def test_a_list_may_become_empty_and_full_again(world: World, kim: Visitor) -> None:
    await to_change(kim)
    acts = "word.callerCheckActs."
    page = await kim.send(CHANGE, button=("step", "look"), **{f"{acts}resetMethods": "on"})
    assert "none →" in page.text
    await save(kim)
    assert await policy_of(world) == Policy(caller_check_acts=frozenset({Permission.RESET_METHODS}))
    await to_change(kim)
    await kim.send(CHANGE, button=("step", "look"), without=[f"{acts}resetMethods"])
    await save(kim)
    assert await policy_of(world) == Policy()
