"""Making a role of single permissions."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from proofup.administration.display_name import checked_description, checked_display_name
from proofup.administration.finding_roles import built_in
from proofup.administration.planned import Planned
from proofup.administration.ports import Ports
from proofup.audit.events.roles import CustomRoleCreated
from proofup.directory.roles import AddCustomRole, CustomRole, NameInUseError
from proofup.policy.actor import Actor
from proofup.policy.may_act import permitted
from proofup.policy.permissions import NOT_IN_CUSTOM_ROLES, Permission
from proofup.policy.roles import ROLES, WORDS, DirectoryRole, made_here
from proofup.values.errors import ProofupError
from proofup.values.ids import random_id


class BadPermissionError(ProofupError):
    """A custom role cannot permit what ``word`` says; ``known`` is what it can."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word
        self.known = tuple(str(one) for one in WORDS.values() if one not in NOT_IN_CUSTOM_ROLES)


def create_role(
    ports: Ports,
    actor: Actor,
    name: str,
    words: Sequence[str],
    *,
    description: str | None = None,
    role_id: str | None = None,
    at: datetime,
) -> Planned[DirectoryRole]:
    """Make a role that permits what ``words`` say, on people without a role.

    Its id is drawn, unless one comes along. Raises InvalidDisplayNameError, NameInUseError, and
    BadPermissionError for the first bad one.
    """
    conditions = permitted(actor, Permission.ASSIGN_ROLES, at=at)
    if role_id in ROLES:
        raise NameInUseError(name)
    new = checked_role(
        CustomRole(
            id=role_id or random_id(ports.room.entropy),
            name=name,
            description=description,
            permissions=frozenset(words),
        )
    )
    created = CustomRoleCreated(
        command=actor.command,
        reason=actor.reason,
        role=new.id,
        name=new.name,
        permissions=", ".join(sorted(new.permissions)),
    )
    changes = (AddCustomRole(role=new), actor.entry(created, None, at=at))
    return Planned(conditions, changes, made_here(new))


def checked_role(role: CustomRole) -> CustomRole:
    """Return ``role`` with its texts on one line.

    Raises InvalidDisplayNameError, NameInUseError, and BadPermissionError for the first bad one.
    """
    name = checked_display_name(role.name)
    if built_in(name) is not None:
        raise NameInUseError(name)
    for word in sorted(role.permissions):
        if word not in WORDS or WORDS[word] in NOT_IN_CUSTOM_ROLES:
            raise BadPermissionError(word)
    return replace(role, name=name, description=checked_description(role.description))
