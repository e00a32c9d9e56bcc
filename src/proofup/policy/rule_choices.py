"""The choices of rules, and what each means in words that pages and commands show."""

from enum import StrEnum

from proofup.values.words import marked


class Demand(StrEnum):
    """Who must have a second proof, beside everybody who has registered one."""

    PER_USER = "perUser"  # those whose account says so
    EVERYONE = "everyone"


class Guard(StrEnum):
    """What is needed to register a first method."""

    PASSWORD = "password"  # noqa: S105 - the name of a rule
    INVITATION = "invitation"  # and the link of one, opened in the same browser


class Resets(StrEnum):
    """Who may reset a forgotten password without the help desk."""

    NOBODY = "nobody"
    MEMBERS = "members"
    EVERYONE = "everyone"


class Nudge(StrEnum):
    """Who is asked to set up a stronger method (Entra calls it a registration campaign)."""

    NOBODY = "nobody"
    ONLY_PHONES = "onlyPhones"  # people with no other methods than phones
    EVERYBODY = "everybody"  # who has none as strong


DEMANDS = {
    "perUser": marked("only people whose MFA state says so"),
    "everyone": marked("everyone"),
}
GUARDS = {
    "password": marked("the password alone"),
    "invitation": marked("the password and the link of an invitation"),
}
NUDGES = {
    "nobody": marked("nobody"),
    "onlyPhones": marked("people who have nothing but phones"),
    "everybody": marked("everybody who has none as strong"),
}
RESETS = {
    "nobody": marked("nobody: the help desk resets it"),
    "members": marked("members, but no guests"),
    "everyone": marked("everyone"),
}
ACTS = {
    "setPasswords": marked("reset the password"),
    "addMethods": marked("add a phone, or set the default"),
    "issueMethods": marked("issue a pass"),
    "deleteMethods": marked("delete a method"),
    "resetMethods": marked("require registration again, also after a lost phone"),
    "invite": marked("invite to a first method"),
    "releaseChanges": marked("allow changes again"),
    "enableAccounts": marked("stop or allow sign-in"),
    "blockProofs": marked("block second proofs, or allow them"),
    "setMfaState": marked("set the MFA state"),
}
HIGHEST_NAMES = frozenset(
    {
        "Global Administrator",
        "Privileged Authentication Administrator",
        "Privileged Role Administrator",
    }
)
