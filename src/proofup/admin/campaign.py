"""`/admin/campaign`: whom the organisation asks for a stronger method, and who is left."""

from starlette.requests import Request
from starlette.responses import Response

from proofup.admin.door import Door
from proofup.admin.lists import as_file, listed
from proofup.admin.rules import check_allowed, present, what_says_rules
from proofup.administration.rules_by_name import named, rules_of
from proofup.pages.forms import read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.dependence import progress_of, slots_as_strong
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.rule_choices import Nudge

ADDRESS = "/admin/campaign"
EXPORT = f"{ADDRESS}/export"
RULES = ("nudge", "nudgeWays", "nudgeExcluded", "snoozeDays", "snoozes")
WHOM = (Nudge.ONLY_PHONES, Nudge.EVERYBODY)


async def show(door: Door, request: Request, actor: Actor) -> Response:
    """Show the rules of the campaign, how far it is, and a page of those who are left."""
    check_allowed(actor, Permission.READ_RULES)
    room, at = door.ports.room, context_of(request.scope).at
    policy = await present(door)
    whom = _whom(request.query_params.get("whom", ""), policy.nudge)
    census = await door.ports.population.census(
        list(room.catalogue.slots), excluded=policy.excluded, at=at
    )
    rules, values = rules_of(room.catalogue), named(policy, room.catalogue)
    return door.page(
        request,
        actor,
        "admin/campaign.html",
        rules_shown=[(rules[name], values[name]) for name in RULES],
        is_on=policy.nudge is not Nudge.NOBODY,
        progress=progress_of(census, room.catalogue, policy, served=room.served, at=at),
        whom=whom,
        can_set=may_act(actor, Permission.SET_RULES),
        **await listed(
            door,
            request,
            slots_as_strong(room.catalogue, policy, served=room.served, at=at),
            [("whom", whom)],
            excluded=policy.excluded,
            only_restricted=whom is Nudge.ONLY_PHONES,
        ),
        **what_says_rules(door),
    )


async def export(door: Door, request: Request, actor: Actor) -> Response:
    """Give everybody who is left as a file, and record it."""
    check_allowed(actor, Permission.READ_RULES)
    form, policy = await read_form(request), await present(door)
    whom = _whom(form.optional("whom", longest=16) or "", policy.nudge)
    room, at = door.ports.room, context_of(request.scope).at
    slots = slots_as_strong(room.catalogue, policy, served=room.served, at=at)
    return await as_file(
        door,
        request,
        actor,
        slots,
        "campaign",
        excluded=policy.excluded,
        only_restricted=whom is Nudge.ONLY_PHONES,
    )


async def to_page(_: Door, __: Request, ___: Actor) -> Response:
    """Begin anew: a file is asked for by its form."""
    return see_other(ADDRESS)


def _whom(typed: str, otherwise: Nudge) -> Nudge:
    """Return whom the list is of: as chosen, else as the campaign says."""
    chosen = otherwise if typed not in WHOM else Nudge(typed)
    return chosen if chosen in WHOM else Nudge.ONLY_PHONES
