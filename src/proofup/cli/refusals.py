"""The messages for operators, one for each error of the packages below."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from proofup.administration import block_proofs, display_name, reason
from proofup.administration.applications.assigning import UnknownAppRoleError
from proofup.administration.applications.credentials import (
    InvalidCredentialError,
    TooManyCredentialsError,
    UnknownCredentialError,
)
from proofup.administration.applications.finding import UnknownApplicationError
from proofup.administration.applications.rights import UnknownRightError
from proofup.administration.assign_role import EndsAlreadyError, NotForUnitsError
from proofup.administration.block_proofs import InvalidBlockError
from proofup.administration.create_role import BadPermissionError
from proofup.administration.display_name import InvalidDisplayNameError
from proofup.administration.finding_roles import (
    BuiltInRoleError,
    UnknownRoleError,
    UnknownUnitError,
)
from proofup.administration.groups import UnknownGroupError
from proofup.administration.invite import AccountDisabledError, HasMethodError
from proofup.administration.issue_method import MethodNotIssuedError
from proofup.administration.job import JobEndedError
from proofup.administration.jobs.starting import BadWishError, UnknownActError
from proofup.administration.reason import InvalidReasonError
from proofup.administration.remove_role import RoleNotHeldError
from proofup.administration.rules_by_name import UnknownRuleError
from proofup.administration.set_rules import NothingToRegisterError, TooManyMethodsError
from proofup.cli.database_refusals import refused_by_database
from proofup.cli.output import RefusedError
from proofup.cli.rule_words import why_bad
from proofup.config.errors import SettingsError
from proofup.directory.passwords import UnacceptablePasswordError
from proofup.directory.roles import LastAdministratorError, NameInUseError, StillHeldError
from proofup.hashing.foreign import UnacceptableHashError
from proofup.policy.rule import BadRuleError
from proofup.serving.errors import CannotListenError
from proofup.storage.errors import (
    DamagedDatabaseError,
    DatabaseInUseError,
    HalfRestoredError,
    NoDriverError,
    NoProgramError,
    OlderDatabaseError,
    ProgramFailedError,
    RefusedByDatabaseError,
    UnknownDatabaseError,
    UnknownSchemaError,
    WrongKeyError,
)
from proofup.tokens.redirects import InvalidRedirectError
from proofup.values.errors import (
    InvalidFieldError,
    InvalidNameError,
    InvalidPhoneNumberError,
    NameTakenError,
    ProofupError,
    StaleError,
    StoreBusyError,
    TooBusyError,
    UnknownOutcomeError,
    UnreadableSecretError,
)

Words: TypeAlias = Callable[[Any], tuple[str, str, str]]

PASSWORD_REASONS: Mapping[str, str] = {
    "too short": "is too short: it needs {least} characters.",
    "too long": "is too long.",
    "common": "is among the passwords that everybody tries first.",
    "context": "is little more than the name of the person or the organisation.",
}


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."


WORDS: Mapping[type[ProofupError], Words] = {
    RefusedError: lambda error: (error.field, error.problem, error.fix),
    UnknownApplicationError: lambda error: (
        "APP",
        ("several applications are" if error.several else "no application is")
        + f" called {error.called!r}.",
        "Write its id: see `proofup app list`.",
    ),
    UnknownRightError: lambda error: (
        "RIGHT",
        f"there is no {error.kind} right {error.name!r}.",
        "docs/operators/applications.md lists them.",
    ),
    TooManyCredentialsError: lambda error: (
        "APP",
        f"has two of this kind already ({error.kind}).",
        "Remove one with `proofup app remove-credential`.",
    ),
    InvalidCredentialError: lambda error: (
        "APP",
        f"cannot take this credential: {error.reason}.",
        "A secret lasts up to 730 days; a certificate is RSA of 2048 bits or more, or P-256.",
    ),
    UnknownCredentialError: lambda _: (
        "ID",
        "is of no secret or certificate of this application.",
        "See `proofup app show`.",
    ),
    UnknownAppRoleError: lambda _: (
        "--role",
        "is no app role that people can have.",
        "See `proofup app show`.",
    ),
    InvalidRedirectError: lambda error: (
        "URL",
        f"{error.uri!r} cannot be registered: {error.reason}.",
        "Write it like https://app.example.org/signed-in; http is for localhost only.",
    ),
    SettingsError: lambda error: (error.setting, error.problem, error.fix),
    InvalidNameError: lambda error: (
        "userPrincipalName",
        f"is no user name ({error.reason}).",
        "Write it like kim.larsen@example.org.",
    ),
    NameTakenError: lambda error: (
        "userPrincipalName",
        f"{error.user_principal_name} is taken, or looks like a name that is.",
        "Choose another, or change that user.",
    ),
    UnknownRuleError: lambda error: (
        error.name,
        "is no rule.",
        _did_you_mean(error.name, error.known),
    ),
    BadRuleError: lambda error: (error.name, why_bad(error), ""),
    NothingToRegisterError: lambda error: (
        "ways",
        "leaves nothing that a person could register at sign-in with the carriers set.",
        f"Add {', '.join(error.ways[:-1])} or {error.ways[-1]}.",
    ),
    TooManyMethodsError: lambda error: (
        "leastMethods",
        (
            f"asks for {error.wanted}, but not everybody can register more than {error.most} "
            "in these ways."
        ),
        "Ask for fewer, or allow more ways.",
    ),
    UnknownActError: lambda error: (
        "ACT",
        f"{error.act!r} is nothing that a job can do.",
        _did_you_mean(error.act, error.known),
    ),
    BadWishError: lambda error: (
        error.name,
        f"is not one of {', '.join(error.words)}." if error.words else "is not of this act.",
        f"Write {error.name}={error.words[0]}." if error.words else "",
    ),
    JobEndedError: lambda error: (
        "ID",
        f"is of a job that is {error.state}." if error.state else "is no job.",
        "Look with proofup jobs show.",
    ),
    InvalidReasonError: lambda _: (
        "--reason",
        f"is not of 1 to {reason.LONGEST} letters that show.",
        "",
    ),
    InvalidBlockError: lambda _: ("--days", f"is not from 1 to {block_proofs.MOST_DAYS}.", ""),
    AccountDisabledError: lambda error: (
        "NAME",
        f"{error.user_principal_name} may not sign in.",
        "Enable the account first: proofup user enable.",
    ),
    NotForUnitsError: lambda error: (
        "--unit",
        f"does not go with {error.role}.",
        "That role is for the whole organisation only.",
    ),
    EndsAlreadyError: lambda _: ("--until", "is over already.", "Name a later day."),
    RoleNotHeldError: lambda error: (
        "ROLE",
        f"{error.role} is not held by this user, or not for these people.",
        "See proofup user show.",
    ),
    UnknownRoleError: lambda error: (
        "ROLE",
        f"there is no role {error.called!r}.",
        _did_you_mean(error.called, error.known),
    ),
    UnknownGroupError: lambda error: (
        "GROUP",
        f"several are called {error.called!r}."
        if error.several
        else f"there is no {error.called!r}.",
        "Name it by its id; see `proofup group list`.",
    ),
    UnknownUnitError: lambda error: (
        "UNIT",
        f"there is no unit {error.called!r}.",
        "See proofup unit list.",
    ),
    BadPermissionError: lambda error: (
        error.word,
        "is nothing that a role made here can permit.",
        _did_you_mean(error.word, error.known),
    ),
    BuiltInRoleError: lambda error: ("ROLE", f"{error.role} is built in.", "It stays."),
    StillHeldError: lambda _: (
        "NAME",
        "is still held, or a role is held for it.",
        "Take that role away first: proofup role remove.",
    ),
    NameInUseError: lambda error: ("NAME", f"{error.name} is there already.", "Choose another."),
    InvalidDisplayNameError: lambda _: (
        "NAME",
        f"is not of 1 to {display_name.LONGEST} letters that show.",
        "",
    ),
    LastAdministratorError: lambda _: (
        "NAME",
        "is the last Global Administrator who can sign in at any time.",
        "Give the role to somebody else first, without an end.",
    ),
    HasMethodError: lambda error: (
        "NAME",
        f"{error.user_principal_name} has a sign-in method already.",
        "Nobody with a method needs an invitation.",
    ),
    MethodNotIssuedError: lambda error: ("NAME", f"gets none: {error.reason}.", ""),
    InvalidFieldError: lambda error: (error.field, error.problem, ""),
    InvalidPhoneNumberError: lambda error: (
        "authenticationPhone",
        f"is no number that can be texted ({error.reason}).",
        "Write it like +44 7700 900067.",
    ),
    UnacceptablePasswordError: lambda error: (
        "password",
        PASSWORD_REASONS[error.reason].format(least=error.least),
        "Choose another.",
    ),
    UnacceptableHashError: lambda error: (
        "passwordHash",
        error.reason,
        "See docs/operators/import.md for the kinds of hash.",
    ),
    NoProgramError: lambda error: (
        error.program,
        "is not on the PATH.",
        "Install PostgreSQL's client programs, of the server's version or later.",
    ),
    ProgramFailedError: lambda error: (
        error.program,
        f"said: {error.said}.",
        "Nothing was changed.",
    ),
    WrongKeyError: lambda error: (
        "key_file",
        f"is the key {error.given}, and this database needs {' or '.join(error.wanted)}.",
        "Put back the key it was made with; nothing was changed.",
    ),
    UnreadableSecretError: lambda _: (
        "key_file",
        "is not the key of this database.",
        "Put back the key it was made with; nothing was changed.",
    ),
    DamagedDatabaseError: lambda _: (
        "database",
        "is damaged: its copy is not whole.",
        "Run `proofup audit verify` and `proofup doctor`.",
    ),
    DatabaseInUseError: lambda _: (
        "database",
        "is served by another process.",
        "Stop that one; several nodes need PostgreSQL.",
    ),
    UnknownSchemaError: lambda error: (
        "database",
        f"was written by a newer Proofup (schema {error.revision}).",
        "Install that version.",
    ),
    HalfRestoredError: lambda _: (
        "database",
        "was put back from a backup and not made safe: a restore was cut off.",
        "End it with proofup restore --as-it-is.",
    ),
    OlderDatabaseError: lambda error: (
        "database",
        (
            f"is older than it was: entry {error.sequence} of its audit log is not there, so an "
            "earlier copy was put in its place."
        ),
        (
            "Run proofup restore --as-it-is, so that no used code works again. "
            f"Where it is another database, remove {error.file}."
        ),
    ),
    UnknownDatabaseError: lambda _: (
        "database",
        "names no database.",
        "Write sqlite:////path/to/proofup.db or postgresql://host/name.",
    ),
    UnknownOutcomeError: lambda _: (
        "database",
        "went away during the write: it may have happened, or not.",
        "Look, then do it again.",
    ),
    NoDriverError: lambda error: (
        "database",
        f"is PostgreSQL, and its driver is not installed ({error.said}).",
        "Run pip install 'proofup[postgres]'.",
    ),
    RefusedByDatabaseError: refused_by_database,
    StoreBusyError: lambda _: (
        "database",
        "cannot be reached or takes no more now.",
        "Nothing was changed; try again.",
    ),
    TooBusyError: lambda _: ("host", "is too busy.", "Nothing was changed; try again."),
    CannotListenError: lambda error: (
        "listen",
        f"{error.host}:{error.port} cannot be had ({error.reason}).",
        "Stop what uses it, or choose another.",
    ),
    StaleError: lambda _: ("user", "was changed by somebody else meanwhile.", "Look, then repeat."),
}


def refusal_of(error: ProofupError) -> RefusedError | None:
    """Return the message for ``error``, or None if the error is a bug."""
    for kind in type(error).__mro__:
        if words := WORDS.get(kind):
            return RefusedError(*words(error))
    return None
