"""Acts that give somebody a way in: a method that they told, and what is asked for first."""

from collections.abc import Iterable, Mapping
from typing import Any

from proofup.admin.acting import Case, Deed
from proofup.admin.person import issued_to, open_forms, option, shown_as
from proofup.administration.add_method_for import add_method_for
from proofup.administration.issue_method import MethodIssued, MethodNotIssuedError, issue_method
from proofup.administration.planned import Planned
from proofup.administration.set_default_for import set_default_for
from proofup.challenges.options import options_of
from proofup.methods.abilities import TokenMethod
from proofup.methods.protocol import Description
from proofup.methods.registered_methods import MethodKind
from proofup.pages.methods.parts import Asking, TypedForm, folder_of, pages_of
from proofup.policy.permissions import Permission
from proofup.policy.proofs import preferred
from proofup.values.errors import InvalidFieldError, InvalidInputError, StaleError, UnknownUserError
from proofup.values.ways import Way

LONGEST = 128


def _form(case: Case) -> TypedForm:
    """Return the fields for the free slot that the address names. Raises UnknownUserError."""
    named = str(case.request.path_params["slot"])
    for form in open_forms(case.door, case.target):
        if form.page.choice == named:
            return form
    raise UnknownUserError


def _fields(case: Case) -> Mapping[str, Any]:
    form, room = _form(case), case.door.ports.room
    asking = Asking(
        user=case.target.person.user,
        slot=form.page.slot,
        own=[room.catalogue.describe(one) for one in case.target.held],
        present=None,
        default_region=room.notifier.organisation.default_region,
        ways=room.catalogue.slots[form.page.slot].ways,
    )
    typed = form.fields.read(case.form) if case.form.fields else None
    fields = form.fields.shown(asking, typed, reason=None)
    return {
        "kind": form.kind,
        "slot": form.page.slot,
        "folder": folder_of(form.kind),
        "is_activated_later": _is_activated_later(case, form.kind),
        **fields,
        "typed": {**fields["typed"], **_linked(case, fields["typed"])},
        **form.fields.choices(case.actor.language),
    }


def _linked(case: Case, names: Iterable[str]) -> Mapping[str, str]:
    """Return what a link to the page has filled in of the fields ``names``."""
    query = case.request.query_params
    return {name: query[name][:LONGEST] for name in names if name in query}


def _is_activated_later(case: Case, kind: MethodKind) -> bool:
    """Tell whether a method counts only once its owner has typed a code of it."""
    return isinstance(case.door.ports.room.catalogue.by_kind[kind], TokenMethod)


def _kind(case: Case) -> MethodKind:
    """Return what the address names, if it can be issued. Raises UnknownUserError."""
    named = MethodKind(str(case.request.path_params["kind"]))
    if named not in issued_to(case.door, case.actor, case.target, at=case.at):
        raise UnknownUserError
    return named


def _wanted(case: Case) -> Mapping[str, str]:
    """Return the fields that were filled."""
    fields = pages_of(_kind(case)).issuing
    typed = {name: case.form.optional(name, longest=most) for name, most in fields.items()}
    return {name: told for name, value in typed.items() if (told := (value or "").strip())}


def _to_issue(case: Case) -> Mapping[str, Any]:
    kind = _kind(case)
    return {"kind": kind, "folder": folder_of(kind), "wanted": _wanted(case)}


async def _issue(case: Case) -> Planned[MethodIssued]:
    kind, wanted = _kind(case), _wanted(case)
    try:
        return await issue_method(
            case.door.ports, case.actor, case.target, kind, wanted, at=case.at
        )
    except InvalidFieldError as error:
        raise InvalidInputError(error.field) from error
    except MethodNotIssuedError as error:  # since the page was made, the rules are others
        raise StaleError from error


def _issued(case: Case, made: MethodIssued) -> Mapping[str, Any]:
    secrets = [secret.reveal() for secret in made.shown]
    return {**_to_issue(case), "issued": shown_as(case.door, made.new), "secrets": secrets}


async def _add(case: Case) -> Planned[Description]:
    form = _form(case)
    typed, slot = form.fields.read(case.form), form.page.slot
    return await add_method_for(
        case.door.ports, case.actor, case.target, form.kind, typed, slot=slot, at=case.at
    )


def _added(case: Case, new: Description) -> Mapping[str, Any]:
    return {
        "kind": new.kind,
        "slot": new.slot,
        "added": shown_as(case.door, new),
        "is_activated_later": _is_activated_later(case, new.kind),
    }


def _options(case: Case) -> Mapping[str, Any]:
    target = case.target
    found = options_of(case.door.ports.room, target.held, target.policy, at=case.at)
    default = preferred(found, target.person.account.default_way)
    return {
        "options": [option(case.door, one) for one in found if one.traits.can_be_default],
        "chosen": default.way if default else None,
    }


async def _choose(case: Case) -> Planned[Way]:
    wanted = Way(case.form.optional("option", longest=32) or "")
    return set_default_for(case.door.ports, case.actor, case.target, wanted, at=case.at)


ADD_METHOD = Deed(
    permission=Permission.ADD_METHODS,
    template="admin/add_method.html",
    plan=_add,
    before=_fields,
    after=_added,
)
ISSUE_METHOD = Deed(
    permission=Permission.ISSUE_METHODS,
    template="admin/issue_method.html",
    plan=_issue,
    before=_to_issue,
    after=_issued,
)
DEFAULT_METHOD = Deed(
    permission=Permission.ADD_METHODS,
    template="admin/default_method.html",
    plan=_choose,
    before=_options,
    after=lambda case, way: {**_options(case), "chosen": way},
)
