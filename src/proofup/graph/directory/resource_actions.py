"""Resource actions: what roles permit, by Entra's names, or by the house's where Entra has none.

A permission stands for the actions of a rule together, and never for less: a script that asks for
one of them alone would get more than it asked for.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from proofup.graph.errors import bad_request
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, Permission
from proofup.policy.roles import WORDS

HOUSE = "proofup/"
ENTRA = "microsoft.directory/"
METHODS, GROUPS = "users/authenticationMethods", "groups.security"


class Rule(Struct, frozen=True):
    """Actions that give ``permissions`` when all of them are asked for."""

    actions: frozenset[str]
    permissions: frozenset[Permission]


def _rule(permissions: Iterable[Permission], *actions: str) -> Rule:
    return Rule(frozenset(f"{ENTRA}{one}" for one in actions), frozenset(permissions))


_NEW_METHODS = (Permission.ADD_METHODS, Permission.ISSUE_METHODS)
_READ_METHODS = (Permission.READ_METHODS, Permission.READ_METHOD_DETAILS)
RULES: Sequence[Rule] = (
    _rule([Permission.READ_USERS], "users/standard/read"),
    _rule([Permission.ADD_USERS], "users/create"),
    _rule([Permission.CHANGE_PROFILES], "users/basic/update"),
    _rule([Permission.CHANGE_CONTACTS], "users/contactInfo/update"),
    _rule([Permission.ENABLE_ACCOUNTS], "users/enable", "users/disable"),
    _rule([Permission.DELETE_USERS], "users/delete", "users/restore", "deletedItems.users/delete"),
    _rule([Permission.SET_PASSWORDS], "users/password/update"),
    _rule([Permission.REVOKE_SESSIONS], "users/invalidateAllRefreshTokens"),
    _rule([Permission.INVITE_GUESTS], "users/inviteGuest"),
    _rule([Permission.READ_METHODS], f"{METHODS}/standard/restrictedRead"),
    _rule(_READ_METHODS, f"{METHODS}/standard/read"),
    _rule(_NEW_METHODS, f"{METHODS}/create"),
    _rule([Permission.DELETE_METHODS], f"{METHODS}/delete"),
    _rule(
        [*_NEW_METHODS, Permission.DELETE_METHODS],
        *(f"{METHODS}/{one}" for one in ("create", "delete", "basic/update")),
    ),
    _rule(
        [Permission.MANAGE_GROUPS],
        *(f"{GROUPS}/{one}" for one in ("create", "delete", "basic/update")),
        *(f"{GROUPS}/{one}" for one in ("members/update", "owners/update")),
    ),
    _rule([Permission.READ_SIGN_INS], "signInReports/allProperties/read"),
    _rule([Permission.READ_AUDIT_LOG], "auditLogs/allProperties/read"),
    _rule(
        [Permission.READ_APPLICATIONS],
        "applications/standard/read",
        "servicePrincipals/standard/read",
    ),
)
KNOWN = {one.lower(): one for rule in RULES for one in rule.actions}


def actions_of(permissions: frozenset[Permission]) -> list[str]:
    """Return the actions that a role with these permissions allows."""
    held = [one for one in RULES if one.permissions <= permissions]
    widest = [one for one in held if not any(one.permissions < other.permissions for other in held)]
    told = frozenset[Permission]().union(*(one.permissions for one in widest))
    named = {action for one in widest for action in one.actions}
    return sorted(named | {f"{HOUSE}{one}" for one in permissions - told})


def words_of(actions: Iterable[str]) -> list[str]:
    """Return the permissions, as words, that ``actions`` ask for.

    Raises CallRefusedError for the first that stands for none, or not by itself.
    """
    words, asked = set[str](), set[str]()
    for action in actions:
        word = action.removeprefix(HOUSE)
        if action.startswith(HOUSE) and word in WORDS:
            words.add(word)
        elif action.lower() in KNOWN:
            asked.add(KNOWN[action.lower()])
        else:
            message = f"The resource action {action[:120]!r} is not known here. {_able()}"
            raise bad_request(message)
    given = [one for one in RULES if one.actions <= asked]
    for action in sorted(asked.difference(*(one.actions for one in given))):
        missing = ", ".join(sorted(_least(action) - asked))
        message = f"The resource action {action!r} is given only together with {missing}."
        raise bad_request(message)
    return sorted(words.union(*(one.permissions for one in given)))


def _least(action: str) -> frozenset[str]:
    """Return the actions of the smallest rule that has ``action``."""
    return min((one.actions for one in RULES if action in one.actions), key=len)


def _able() -> str:
    return f"Name one of Entra's that the documents list, or {HOUSE} with {', '.join(_words())}."


def _words() -> Iterator[str]:
    return (word for word, one in WORDS.items() if one not in NOT_IN_CUSTOM_ROLES)
