"""`/admin/rules/change`: one form in three steps at one address.

A change is typed, then looked at with the number of people whom it would ask or lock out, then
saved with a reason. Each page carries a mark of the rules as they were, so that the second of two
administrators is told. Nothing that was typed is lost on the way.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from proofup.admin import rules as pages
from proofup.admin.door import Door
from proofup.admin.naming import users_called
from proofup.administration.planned import carry_out
from proofup.administration.reason import InvalidReasonError, checked_reason
from proofup.administration.rules_by_name import differing, named, rules_of
from proofup.administration.set_rules import (
    NothingToRegisterError,
    TooManyMethodsError,
    checked_rules,
    counted_on,
    impact_of_rules,
    set_rules,
)
from proofup.pages.forms import Form, read_form
from proofup.pages.page_context import context_of
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.may_act import check_fresh
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.rule import ALL, NONE, BadRuleError, Rule, RuleType
from proofup.policy.rule_history import ChangeOfRules
from proofup.policy.rules import Policy
from proofup.values.errors import StaleError

ADDRESS = f"{pages.ADDRESS}/change"
LONGEST = 400
RULE, WORD = "rule.", "word."  # before the name of a field
NOTHING: Mapping[str, BadRuleError] = {}


class Change(Struct, frozen=True, kw_only=True):
    """A change that is being made: who makes it, the rules as they are, and what was typed.

    ``texts`` has a text for each rule of the form, ``told`` those of them that differ.
    """

    door: Door
    request: Request
    actor: Actor
    before: Policy
    texts: Mapping[str, str]
    told: Mapping[str, str] = {}
    reason: str = ""

    async def form(
        self,
        *,
        bad: Mapping[str, BadRuleError] = NOTHING,
        refused: NothingToRegisterError | TooManyMethodsError | None = None,
        problem: str | None = None,
    ) -> Response:
        """Show what was typed; what is wrong is named with what would be right."""
        door, catalogue = self.door, self.door.ports.room.catalogue
        known = rules_of(catalogue)
        latest: Sequence[ChangeOfRules] = ()
        if problem == "stale":
            latest = await door.ports.rule_history.page(most=1)
        return self._page(
            "admin/rules_change.html",
            is_refused=bool(bad or refused or problem),
            topics=pages.by_topic(door, (known[name] for name in self.texts)),
            values=named(self.before, catalogue),
            bad=bad,
            refused=refused,
            problem=problem,
            latest=latest,
            users=await users_called(door, (one.actor for one in latest)),
        )

    async def confirmation(self, after: Policy, *, problem: str | None = None) -> Response:
        """Show what would be different, and for how many people."""
        ports, catalogue = self.door.ports, self.door.ports.room.catalogue
        at = context_of(self.request.scope).at
        known, old = rules_of(catalogue), named(self.before, catalogue)
        new = named(after, catalogue)
        return self._page(
            "admin/rules_confirm.html",
            is_refused=problem is not None,
            changing=[(known[name], old[name], new[name]) for name in self.told],
            impact=await impact_of_rules(ports, self.before, after, at=at),
            counted_on=counted_on(self.before, after),
            problem=problem,
        )

    async def save(self, after: Policy) -> Response:
        """Save what was looked at."""
        ports, at = self.door.ports, context_of(self.request.scope).at
        try:
            acting = replace(self.actor, reason=checked_reason(self.reason))
            await carry_out(ports, set_rules(ports, acting, self.before, self.told, at=at))
        except InvalidReasonError:
            return await self.confirmation(after, problem="reason")
        except NotFreshError:
            return await self.confirmation(after, problem="proof")
        except StaleError:
            present = replace(self, before=await pages.present(self.door))
            return await present.form(problem="stale")
        return see_other(f"{pages.ADDRESS}?done")

    def _page(self, template: str, *, is_refused: bool, **facts: Any) -> Response:
        return self.door.page(
            self.request,
            self.actor,
            template,
            status=400 if is_refused else 200,
            texts=self.texts,
            seen=self.before.mark,
            why=self.reason,
            **facts,
            **pages.what_says_rules(self.door),
        )


async def edit(door: Door, request: Request, actor: Actor) -> Response:
    """Show the form for one topic, filled with what is set."""
    pages.check_allowed(actor, Permission.SET_RULES)
    check_fresh(actor, Permission.SET_RULES, at=context_of(request.scope).at)
    policy, catalogue = await pages.present(door), door.ports.room.catalogue
    topics = pages.by_topic(door, rules_of(catalogue).values())
    chosen = request.query_params.get("of", pages.ORGANISATION)
    if chosen not in topics:
        raise HTTPException(404)
    values = named(policy, catalogue)
    texts = {rule.name: rule.text(values[rule.name]) for rule in topics[chosen]}
    return await _change(door, request, actor, policy, texts).form()


async def change(door: Door, request: Request, actor: Actor) -> Response:
    """Judge what was typed, then show what it would do, or save it."""
    pages.check_allowed(actor, Permission.SET_RULES)
    form, policy = await read_form(request), await pages.present(door)
    step = form.optional("step", longest=16)
    reason = form.optional("reason", longest=LONGEST) or ""
    made = replace(_change(door, request, actor, policy, _texts(door, form)), reason=reason)
    if not hmac.compare_digest(form.text("seen", longest=64), policy.mark):
        return await made.form(problem="stale")
    if step == "edit":
        return await made.form()
    return await _judged(made, is_last=step == "save")


async def _judged(made: Change, *, is_last: bool) -> Response:
    """Go on with what can be set; show the form again with what cannot."""
    ports, at = made.door.ports, context_of(made.request.scope).at
    told, bad = differing(made.before, made.texts, ports.room.catalogue)
    if bad:
        return await made.form(bad=bad)
    if not told:
        return await made.form(problem="nothing")
    try:
        after = checked_rules(ports, made.before, told, at=at)
    except BadRuleError as error:
        return await made.form(bad={error.name: error})
    except (NothingToRegisterError, TooManyMethodsError) as error:
        return await made.form(refused=error)
    made = replace(made, told=told)
    return await (made.save(after) if is_last else made.confirmation(after))


def _change(
    door: Door, request: Request, actor: Actor, policy: Policy, texts: Mapping[str, str]
) -> Change:
    return Change(door=door, request=request, actor=actor, before=policy, texts=texts)


def _texts(door: Door, form: Form) -> Mapping[str, str]:
    """Return what the form holds of rules that there are; the words of a list may be ticked."""
    texts: dict[str, str] = {}
    for name, rule in rules_of(door.ports.room.catalogue).items():
        text = form.optional(f"{RULE}{name}", longest=LONGEST)
        if text is not None:
            is_ticked = rule.type is RuleType.WORDS and not text
            texts[name] = _ticked(form, rule) if is_ticked else text
    return texts


def _ticked(form: Form, rule: Rule) -> str:
    words = [word for word in rule.choices if f"{WORD}{rule.name}.{word}" in form.fields]
    if not words and rule.can_be_empty:
        return NONE
    return ALL if len(words) == len(rule.choices) else ", ".join(words)
