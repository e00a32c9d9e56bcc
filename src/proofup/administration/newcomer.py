"""What is told of somebody new, judged field by field.

The fields have Graph's names where Graph has them; docs/operators/import.md explains each. Methods
judge their own (``ImportableMethod``), and are stored as they were proven elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from proofup.administration import profile_fields
from proofup.administration.profile_fields import meaning, plain, with_fields
from proofup.directory.passwords import (
    CommonPasswords,
    PasswordCredential,
    check_new_password,
    context_words,
)
from proofup.directory.users import Account, MfaState, User
from proofup.methods.catalogue import Catalogue
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.errors import InvalidFieldError
from proofup.values.ids import MethodId, UserId
from proofup.values.secret import Secret
from proofup.values.ways import Way

Adopt: TypeAlias = Callable[[UserId, str, datetime], PasswordCredential]
"""Returns the credential of a hash that another system made, or raises an error of its own."""

REQUIRED = ("userPrincipalName", "displayName")
OF_ACCOUNT: Mapping[str, int] = {  # beside the profile and methods; with their greatest lengths
    "accountEnabled": 64,
    "passwordHash": 512,
    "defaultMethod": 64,
    "perUserMfaState": 64,
}
LONGEST: Mapping[str, int] = {**profile_fields.LONGEST, **OF_ACCOUNT}
FIELDS = (*profile_fields.LONGEST, *OF_ACCOUNT, "password")
STATES: Mapping[str, MfaState] = {"": MfaState.DISABLED} | {one.value: one for one in MfaState}
TRUTHS: Mapping[str, bool] = {"": True, "true": True, "false": False}


class Newcomer(Struct, frozen=True, kw_only=True):
    """Somebody to be added; all fields are good.

    ``password`` has yet to be hashed. ``credential`` is there where a hash came along.
    """

    user: User
    account: Account
    methods: Sequence[RegisteredMethod]
    password: Secret[str] | None = None
    credential: PasswordCredential | None = None


class NewcomerRules(Struct, frozen=True, kw_only=True):
    """Judges newcomers, who are all created ``at`` the same instant.

    ``region`` is where phones belong that have no country code.
    """

    organisation: str
    region: str | None
    catalogue: Catalogue
    common: CommonPasswords
    adopt: Adopt
    at: datetime

    @property
    def fields(self) -> Sequence[str]:
        """Every field that may be told."""
        return (*FIELDS, *self.catalogue.columns)

    def judge(self, told: Mapping[str, str], new_id: Callable[[], str]) -> Newcomer:
        """Return the newcomer in ``told``, with a ``new_id`` for each row that is stored.

        Raises InvalidFieldError, UnacceptablePasswordError or what ``adopt`` raises, for the first
        bad field.
        """
        text = {field: _plain(field, value) for field, value in told.items()}
        user = self._user(text, UserId(new_id()))
        methods = self._methods(user, text, new_id)
        password, foreign = told.get("password"), text.get("passwordHash")
        if password:
            context = context_words(user.user_principal_name, self.organisation)
            check_new_password(password, alone=not methods, context=context, common=self.common)
            if foreign:
                problem = "stands beside a password; give one of them."
                raise InvalidFieldError("passwordHash", problem)
        return Newcomer(
            user=user,
            account=self._account(user.id, text, methods),
            methods=methods,
            password=Secret(password) if password else None,
            credential=self.adopt(user.id, foreign, self.at) if foreign else None,
        )

    def _user(self, text: Mapping[str, str], user_id: UserId) -> User:
        needed = {name: text.get(name, "") for name in REQUIRED}
        new = User(id=user_id, user_principal_name="", display_name="", created_at=self.at)
        return with_fields(new, {**text, **needed})

    def _methods(
        self, user: User, text: Mapping[str, str], new_id: Callable[[], str]
    ) -> list[RegisteredMethod]:
        region = user.usage_location or self.region or ""
        return [
            method.imported(
                column,
                text,
                region=region,
                method_id=MethodId(new_id()),
                user_id=user.id,
                at=self.at,
            )
            for column, method in self.catalogue.columns.items()
            if text.get(column)
        ]

    def _account(
        self, user_id: UserId, text: Mapping[str, str], methods: Sequence[RegisteredMethod]
    ) -> Account:
        enabled, state = text.get("accountEnabled", ""), text.get("perUserMfaState", "")
        known = f"none of {', '.join(filter(None, STATES))}"
        return Account(
            user_id=user_id,
            enabled=meaning("accountEnabled", enabled.lower(), TRUTHS, "neither true nor false"),
            mfa_state=meaning("perUserMfaState", state, STATES, known),
            default_way=self._default(text.get("defaultMethod"), methods),
        )

    def _default(self, word: str | None, methods: Sequence[RegisteredMethod]) -> Way | None:
        """Return the way ``word`` names, if one of ``methods`` is answered in it."""
        if not word:
            return None
        ways = [way for held in methods for way in self.catalogue.of(held).ways(held)]
        usable = [way for way in ways if self.catalogue.traits[way].can_be_default]
        if word not in usable:
            can_be = f"can be {', '.join(usable)}" if usable else "needs a phone or an app"
            raise InvalidFieldError("defaultMethod", f"{word!r} does not fit: it {can_be} here.")
        return Way(word)


def _plain(field: str, text: str) -> str:
    """Return ``text`` as it is shown. Passwords and methods have rules of their own."""
    return plain(field, text, LONGEST[field]) if field in LONGEST else text.strip()
