"""`/admin/rules`: the rules of the organisation, and who set what when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.naming import users_called
from proofup.administration.rules_by_name import LIMITS, named, rules_of
from proofup.policy.actor import Actor
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.rule import Rule
from proofup.policy.rules import Policy

ADDRESS = "/admin/rules"
HISTORY = f"{ADDRESS}/history"
ORGANISATION = "organisation"  # the topic of rules that are neither of a method nor limits
LONGEST_ID = 64
MOST = 25  # changes on a page


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show every rule with its value, its default, and who set it when."""
    check_allowed(actor, Permission.READ_RULES)
    policy, rules = await present(door), rules_of(door.ports.room.catalogue)
    latest = await door.ports.rule_history.latest(list(rules))
    return door.page(
        request,
        actor,
        "admin/rules.html",
        topics=by_topic(door, rules.values()),
        values=named(policy, door.ports.room.catalogue),
        latest=latest,
        users=await users_called(door, (one.actor for one in latest.values())),
        can_set=may_act(actor, Permission.SET_RULES),
        **what_says_rules(door),
    )


async def history(door: Door, request: Request, actor: Actor) -> Response:
    """Show the changes, newest first."""
    check_allowed(actor, Permission.READ_RULES)
    before = request.query_params.get("before", "")[:LONGEST_ID] or None
    found = await door.ports.rule_history.page(before=before, most=MOST + 1)
    changes = found[:MOST]
    return door.page(
        request,
        actor,
        "admin/rules_history.html",
        changes=changes,
        rules=rules_of(door.ports.room.catalogue),
        users=await users_called(door, (one.actor for one in changes)),
        can_set=may_act(actor, Permission.SET_RULES),
        seen=(await present(door)).mark,
        is_first=before is None,
        following=f"?before={changes[-1].id}" if len(found) > MOST else None,
        **what_says_rules(door),
    )


def check_allowed(actor: Actor, permission: Permission) -> None:
    """Raise 404 where a page is not for the actor: it needs a role for the whole organisation."""
    if not may_act(actor, permission):
        raise HTTPException(404)


async def present(door: Door) -> Policy:
    """Return the rules as they are."""
    return await door.ports.room.policies.current()


def by_topic(door: Door, rules: Iterable[Rule]) -> Mapping[str, Sequence[Rule]]:
    """Return ``rules`` by topic: the organisation's, those of each method, the limits."""
    order = [ORGANISATION, *door.ports.room.catalogue.configurations, LIMITS]
    found: dict[str, list[Rule]] = {topic: [] for topic in order}
    for rule in rules:
        found[rule.topic or ORGANISATION].append(rule)
    return {topic: own for topic, own in found.items() if own}


def what_says_rules(door: Door) -> Mapping[str, Any]:
    """Return what templates say rules and their values with: the kinds of ways, and a topic."""
    return {"kinds": door.ports.room.catalogue.kinds, "of_organisation": ORGANISATION}
