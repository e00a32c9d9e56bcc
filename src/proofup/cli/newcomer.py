"""A new user as told by an operator, judged field by field, and the changes that bring them in."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.audit.events.accounts import UserAdded
from proofup.cli.methods_brought import PHONES, MethodsBrought
from proofup.cli.opening import Opened
from proofup.cli.output import RefusedError
from proofup.directory.passwords import (
    CommonPasswords,
    PasswordCredential,
    SetPassword,
    check_new_password,
    context_words,
)
from proofup.directory.users import Account, AddUser, MfaState, User, UserType
from proofup.hashing.foreign import ForeignHash, read_foreign_hash
from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import AddMethod, RegisteredMethod
from proofup.methods.software_oath import KIND as OATH
from proofup.values.changes import Change
from proofup.values.errors import InvalidNameError
from proofup.values.ids import Entropy, UserId, ordered_ids
from proofup.values.names import canonical_name
from proofup.values.secret import Secret

LONGEST: Mapping[str, int] = {
    "userPrincipalName": 256,
    "displayName": 256,
    "mail": 320,
    "businessPhones": 320,
    "passwordHash": 512,
}
LONGEST_ELSE = 64
# By rules of their own; numbers bring marks of direction along when they are copied.
JUDGED_ELSEWHERE = frozenset({"password", *PHONES})
MOST_BUSINESS_PHONES = 5
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, as far as we use it
REGION = re.compile(r"[A-Z]{2}")
TYPES: Mapping[str, UserType] = {"": UserType.MEMBER} | {kind.value: kind for kind in UserType}
STATES: Mapping[str, MfaState] = {"": MfaState.DISABLED} | {one.value: one for one in MfaState}
TRUTHS: Mapping[str, bool] = {"": True, "true": True, "false": False}


class Newcomer(Struct, frozen=True, kw_only=True):
    """Somebody to be added; all fields are good."""

    user: User
    account: Account
    password: Secret[str] | None
    password_hash: ForeignHash | None
    methods: Sequence[RegisteredMethod]

    def changes(self, credential: PasswordCredential | None) -> list[Change]:
        """Return what brings the person in, without the entry of the log."""
        changes: list[Change] = [AddUser(user=self.user, account=self.account)]
        if credential is not None:
            changes.append(SetPassword(credential=credential))
        changes += [AddMethod(method=method) for method in self.methods]
        return changes

    def added(self, command: str) -> UserAdded:
        """Return what the audit log says of the person."""
        kinds = {method.kind for method in self.methods}
        return UserAdded(
            command=command,
            phone="registered" if PHONE in kinds else None,
            app="registered" if OATH in kinds else None,
        )


class Reception(Struct, frozen=True, kw_only=True):
    """Judges newcomers; what all of them have in common.

    ``at`` is when they are created. Ids of people who come together lie together in every index.
    """

    organisation: str
    default_region: str | None
    methods: MethodsBrought
    common: CommonPasswords
    new_id: Callable[[], str]
    at: datetime

    @classmethod
    def of(cls, opened: Opened, common: CommonPasswords, entropy: Entropy) -> "Reception":
        """Return the reception of an open service."""
        organisation = opened.settings.organisation
        return cls(
            organisation=organisation.name,
            default_region=organisation.default_region,
            methods=MethodsBrought(opened.room.catalogue),
            common=common,
            new_id=ordered_ids(entropy, opened.at),
            at=opened.at,
        )

    def receive(self, told: Mapping[str, str]) -> Newcomer:
        """Return the newcomer in ``told``, whose keys are columns.

        Raises RefusedError, UnacceptablePasswordError or UnacceptableHashError for the first bad
        field.
        """
        plain = {}
        for field, text in told.items():
            if field not in JUDGED_ELSEWHERE:
                _check_text(field, text)
            plain[field] = text.strip()
        user_id = UserId(self.new_id())
        user = self._user(user_id, plain)
        methods = self.methods.of(
            user,
            plain,
            region=user.usage_location or self.default_region or "",
            new_id=self.new_id,
            at=self.at,
        )
        password, password_hash = told.get("password") or None, plain.get("passwordHash") or None
        if password is not None:
            check_password(password, user, self.organisation, alone=not methods, common=self.common)
        if password_hash is not None and password is not None:
            raise RefusedError("passwordHash", "stands beside a password; give one of them.")
        return Newcomer(
            user=user,
            account=self._account(user_id, plain, methods),
            password=Secret(password) if password is not None else None,
            password_hash=read_foreign_hash(password_hash) if password_hash is not None else None,
            methods=methods,
        )

    def _account(
        self, user_id: UserId, told: Mapping[str, str], methods: Sequence[RegisteredMethod]
    ) -> Account:
        enabled = TRUTHS.get(told.get("accountEnabled", "").lower())
        if enabled is None:
            raise RefusedError("accountEnabled", "is neither true nor false.")
        state = STATES.get(told.get("perUserMfaState", ""))
        if state is None:
            known = ", ".join(one.value for one in MfaState)
            problem = f"{told['perUserMfaState']!r} is none of {known}."
            raise RefusedError("perUserMfaState", problem)
        return Account(
            user_id=user_id,
            enabled=enabled,
            mfa_state=state,
            default_way=self.methods.default(told.get("defaultMethod", ""), methods),
        )

    def _user(self, user_id: UserId, told: Mapping[str, str]) -> User:
        name = told.get("userPrincipalName", "")
        try:
            canonical_name(name)
        except InvalidNameError as error:
            problem = f"{name!r} is no user name ({error.reason})."
            raise RefusedError("userPrincipalName", problem) from error
        if not told.get("displayName"):
            raise RefusedError("displayName", "is missing.")
        mail = told.get("mail") or None
        if mail is not None and not all(mail.rpartition("@")):
            raise RefusedError("mail", f"{mail!r} is no mail address.")
        phones = _parts(told.get("businessPhones", ""))
        if len(phones) > MOST_BUSINESS_PHONES:
            raise RefusedError("businessPhones", f"has more than {MOST_BUSINESS_PHONES} numbers.")
        kind = TYPES.get(told.get("userType", ""))
        if kind is None:
            raise RefusedError("userType", f"{told['userType']!r} is neither Member nor Guest.")
        return User(
            id=user_id,
            user_principal_name=name,
            display_name=told["displayName"],
            given_name=told.get("givenName") or None,
            surname=told.get("surname") or None,
            mail=mail,
            mobile_phone=told.get("mobilePhone") or None,
            business_phones=phones,
            user_type=kind,
            preferred_language=_matching(told, "preferredLanguage", LANGUAGE, "en-GB"),
            usage_location=_matching(told, "usageLocation", REGION, "GB"),
            created_at=self.at,
        )


def added_entry(opened: Opened, newcomer: Newcomer, command: str) -> Change:
    """Return the audit entry of a newcomer."""
    return opened.entry(newcomer.added(command), newcomer.user.id)


def check_password(
    password: str, user: User, organisation: str, *, alone: bool, common: CommonPasswords
) -> None:
    """Raise UnacceptablePasswordError unless ``password`` may be the user's."""
    context = context_words(user.user_principal_name, organisation)
    check_new_password(password, alone=alone, context=context, common=common)


def _check_text(field: str, text: str) -> None:
    if not text.isprintable():
        is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
        raise RefusedError(
            field, "has control characters in it." if is_text else "is not in UTF-8."
        )
    longest = LONGEST.get(field, LONGEST_ELSE)
    if len(text) > longest:
        raise RefusedError(field, f"is longer than {longest} letters.")


def _parts(text: str) -> tuple[str, ...]:
    """Return what semicolons separate in ``text``."""
    return tuple(part.strip() for part in text.split(";") if part.strip()) if text else ()


def _matching(
    told: Mapping[str, str], field: str, pattern: "re.Pattern[str]", example: str
) -> str | None:
    text = told.get(field) or None
    if text is not None and not pattern.fullmatch(text):
        raise RefusedError(field, f"{text!r} is not written like {example}.")
    return text
