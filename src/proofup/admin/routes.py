"""The addresses of this door. Each names the permissions of which one is due to open it."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from proofup.admin import (
    application_access,
    applications,
    approvals,
    asking_jobs,
    caller,
    campaign,
    changing_rules,
    clearing,
    closing,
    giving,
    guests,
    held_tokens,
    importing_tokens,
    jobs,
    logs,
    mfa,
    people,
    person,
    roles,
    rules,
    tokens,
    units,
    without_ways,
)
from proofup.admin.acting import Deed
from proofup.admin.dialogs import PROBLEMS, Dialog
from proofup.admin.door import APPROVALS, Door, Guarded, Page
from proofup.administration.block_proofs import InvalidBlockError
from proofup.administration.delete_method import UnknownMethodError
from proofup.administration.finding_roles import BuiltInRoleError, UnknownRoleError
from proofup.administration.invite import (
    AccountDisabledError,
    HasMethodError,
    NeedlessInvitationError,
)
from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.job import JobEndedError
from proofup.administration.jobs.starting import BadWishError, UnknownActError
from proofup.administration.oath_tokens import TokenNotGivenError, UnknownTokenError
from proofup.administration.reading_logs import BadLogQuestionError
from proofup.administration.remove_role import RoleNotHeldError
from proofup.administration.rules_by_name import UnknownRuleError
from proofup.administration.set_rules import NothingToRegisterError, TooManyMethodsError
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.directory.pskc import BadContainerError
from proofup.pages.pages import ADMIN
from proofup.pages.returns import see_other
from proofup.policy.actor import Actor
from proofup.policy.budgets import CountryNotServedError
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.proofs import NotFreshError
from proofup.policy.rule import BadRuleError
from proofup.tokens.offers import InvalidOfferError
from proofup.values.csv_rows import NoColumnsError
from proofup.values.errors import InvalidInputError, InvalidNameError
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

LONGEST_BODY = 1 << 20  # bytes: a list of names may be pasted
OWN_ANSWERS = frozenset(PROBLEMS) | frozenset(
    {
        AccountDisabledError,
        BadContainerError,
        BadLogQuestionError,
        BadRuleError,
        BadWishError,
        BuiltInRoleError,
        CountryNotServedError,
        HasMethodError,
        InvalidBlockError,
        InvalidInputError,
        InvalidNameError,
        InvalidOfferError,
        JobEndedError,
        MethodNotIssuedError,
        NeedlessInvitationError,
        NoColumnsError,
        NotFreshError,
        NothingToRegisterError,
        RoleNotHeldError,
        TokenNotGivenError,
        TooManyMethodsError,
        UnacceptablePasswordError,
        UnknownActError,
        UnknownMethodError,
        UnknownRoleError,
        UnknownRuleError,
        UnknownTokenError,
    }
)


def mounted(door: Door, dialect: Dialect) -> Mount:
    """Return the admin centre, made with ``door``."""
    return Mount(
        paths=frozenset({ADMIN}),
        dialect=dialect,
        routes=_routes(door),
        longest_body=LONGEST_BODY,
        own_answers=OWN_ANSWERS,
    )


def _routes(door: Door) -> list[Route]:
    def route(method: str, path: str, page: Page, takes: tuple[Permission, ...]) -> Route:
        guarded = Guarded(page, frozenset(takes))
        return Route(path, partial(guarded.answer, door), methods=[method])

    def get(path: str, page: Page, *permissions: Permission) -> Route:
        return route("GET", path, page, permissions)

    def post(path: str, page: Page, *permissions: Permission) -> Route:
        return route("POST", path, page, permissions)

    acts: list[tuple[Route, Deed[Any]]] = []
    asked = approvals.ApprovalPages(acts)

    def act(path: str, deed: Deed[Any]) -> list[Route]:
        address = f"{person.ADDRESS}/{path}"
        submit = post(address, deed.submit, deed.permission)
        acts.append((submit, deed))
        return [get(address, deed.show, deed.permission), submit]

    def bare(method: str, path: str, page: Page, takes: tuple[Permission, ...]) -> Route:
        guarded = Guarded(page, frozenset(takes), browses=False)
        return Route(path, partial(guarded.answer, door), methods=[method])

    def log(view: logs.LogView) -> list[Route]:
        return [
            bare("GET", view.address, view.show, view.takes),
            bare("GET", view.export_address, view.to_list, view.takes),
            bare("POST", view.export_address, view.export, view.takes),
        ]

    def dialog(address: str, asked: Dialog[Any]) -> list[Route]:
        return [
            get(address, asked.show, asked.permission),
            post(address, asked.submit, asked.permission),
        ]

    return [
        bare("GET", ADMIN, _to_first_page, (Permission.READ_USERS, *logs.SIGN_INS.takes)),
        get(people.ADDRESS, people.show, Permission.READ_USERS),
        *log(logs.SIGN_INS),
        *log(logs.AUDIT),
        get(mfa.ADDRESS, mfa.show, Permission.READ_USERS),
        post(mfa.ADDRESS, mfa.confirm, *mfa.TAKES),
        get(mfa.APPLY, mfa.to_list, Permission.READ_USERS),
        post(mfa.APPLY, mfa.apply, *mfa.TAKES),
        get(roles.ADDRESS, roles.show, Permission.READ_USERS),
        *dialog(f"{roles.ADDRESS}/make", roles.MAKE),
        get(f"{roles.ADDRESS}/{{role:uuid}}", roles.show_one, Permission.READ_USERS),
        *dialog(f"{roles.ADDRESS}/{{role:uuid}}/give", roles.GIVE),
        *dialog(f"{roles.ADDRESS}/{{role:uuid}}/delete", roles.DELETE),
        get(roles.OF_PERSON, roles.of_person, Permission.READ_USERS),
        *dialog(f"{roles.OF_PERSON}/give", roles.GIVE_TO),
        *dialog(f"{roles.OF_PERSON}/take", roles.TAKE),
        get(guests.ADDRESS, guests.show, Permission.INVITE, Permission.INVITE_GUESTS),
        *dialog(f"{guests.ADDRESS}/invite", guests.INVITE_GUEST),
        get(units.ADDRESS, units.show, Permission.READ_USERS),
        *dialog(f"{units.ADDRESS}/make", units.MAKE),
        get(f"{units.ADDRESS}/{{unit:uuid}}", units.show_one, Permission.READ_USERS),
        *dialog(f"{units.ADDRESS}/{{unit:uuid}}/add", units.ADD),
        *dialog(f"{units.ADDRESS}/{{unit:uuid}}/remove", units.REMOVE),
        *dialog(f"{units.ADDRESS}/{{unit:uuid}}/delete", units.DELETE),
        get(applications.ADDRESS, applications.show, Permission.READ_APPLICATIONS),
        *dialog(f"{applications.ADDRESS}/make", applications.MAKE),
        get(applications.ONE, applications.show_one, Permission.READ_APPLICATIONS),
        *dialog(f"{applications.ONE}/change", applications.CHANGE),
        *dialog(f"{applications.ONE}/enable", applications.ENABLE),
        *dialog(f"{applications.ONE}/disable", applications.DISABLE),
        *dialog(f"{applications.ONE}/delete", applications.DELETE),
        *dialog(f"{applications.ONE}/secret", application_access.ADD_SECRET),
        *dialog(f"{applications.ONE}/remove-credential", application_access.REMOVE_CREDENTIAL),
        *dialog(f"{applications.ONE}/redirect", application_access.ADD_REDIRECT),
        *dialog(f"{applications.ONE}/remove-redirect", application_access.REMOVE_REDIRECT),
        *dialog(f"{applications.ONE}/assign", application_access.ASSIGN),
        *dialog(f"{applications.ONE}/unassign", application_access.UNASSIGN),
        get(tokens.ADDRESS, tokens.show, *tokens.TAKES),
        *dialog(f"{tokens.ADDRESS}/import", importing_tokens.IMPORT),
        get(tokens.ONE, tokens.show_one, *tokens.TAKES),
        *dialog(f"{tokens.ONE}/delete", tokens.DELETE),
        get(jobs.ADDRESS, jobs.show_all, *jobs.TAKES),
        get(asking_jobs.ADDRESS, asking_jobs.show, *asking_jobs.TAKES),
        post(asking_jobs.ADDRESS, asking_jobs.ask, *asking_jobs.TAKES),
        get(jobs.ONE, jobs.show, *jobs.TAKES),
        post(jobs.ONE, jobs.change, *jobs.TAKES),
        get(jobs.PROGRESS, jobs.progress, *jobs.TAKES),
        get(jobs.FAILURES, jobs.failures, *jobs.TAKES),
        get(rules.ADDRESS, rules.show, Permission.READ_RULES),
        get(rules.HISTORY, rules.history, Permission.READ_RULES),
        get(without_ways.ADDRESS, without_ways.show, Permission.READ_RULES),
        get(without_ways.EXPORT, without_ways.to_page, Permission.READ_RULES),
        post(without_ways.EXPORT, without_ways.export, Permission.READ_RULES),
        get(campaign.ADDRESS, campaign.show, Permission.READ_RULES),
        get(campaign.EXPORT, campaign.to_page, Permission.READ_RULES),
        post(campaign.EXPORT, campaign.export, Permission.READ_RULES),
        get(changing_rules.ADDRESS, changing_rules.edit, Permission.SET_RULES),
        post(changing_rules.ADDRESS, changing_rules.change, Permission.SET_RULES),
        get(APPROVALS, asked.show_all, *approvals.TAKES),
        get(approvals.ADDRESS, asked.show, *approvals.TAKES),
        post(approvals.ADDRESS, asked.submit, *approvals.TAKES),
        get(person.ADDRESS, person.show, Permission.READ_USERS),
        get(caller.ADDRESS, caller.show, Permission.CHECK_CALLERS),
        post(caller.ADDRESS, caller.submit, Permission.CHECK_CALLERS),
        get(caller.PROGRESS, caller.progress, Permission.CHECK_CALLERS),
        *act("lost-device", clearing.LOST_DEVICE),
        *act("require-registration", clearing.REQUIRE_REGISTRATION),
        *act("methods/{method:uuid}/delete", clearing.DELETE_METHOD),
        *act("tokens/{token:uuid}/activate", held_tokens.ACTIVATE),
        *act("tokens/{token:uuid}/deactivate", held_tokens.DEACTIVATE),
        *act("revoke-sessions", closing.REVOKE_SESSIONS),
        *act("delete-app-passwords", clearing.DELETE_APP_PASSWORDS),
        *act("forget-browsers", closing.FORGET_BROWSERS),
        *act("reset-password", closing.RESET_PASSWORD),
        *act("new-password", closing.FORCE_PASSWORD_CHANGE),
        *act("invite", guests.INVITE_AGAIN),
        *act("revoke-invitation", guests.REVOKE_INVITATION),
        *act("block", closing.BLOCK),
        *act("unblock", closing.UNBLOCK),
        *act("release", closing.RELEASE),
        *act("enable", closing.ENABLE),
        *act("disable", closing.DISABLE),
        *act("add/{slot}", giving.ADD_METHOD),
        *act("issue/{kind}", giving.ISSUE_METHOD),
        *act("default", giving.DEFAULT_METHOD),
    ]


async def _to_first_page(_: Door, __: Request, actor: Actor) -> Response:
    browses = may_act(actor, Permission.READ_USERS)
    return see_other(people.ADDRESS if browses else logs.SIGN_INS.address)
