"""A new user as told by an operator, judged field by field, and the changes that bring them in."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from msgspec import Struct

from proofup.audit.entry import Event
from proofup.cli.opening import Opened
from proofup.cli.output import RefusedError
from proofup.directory.passwords import (
    CommonPasswords,
    PasswordCredential,
    SetPassword,
    check_new_password,
)
from proofup.directory.users import Account, AddUser, User, UserType
from proofup.hashing.foreign import ForeignHash, read_foreign_hash
from proofup.languages.catalogues import Catalogues
from proofup.methods.phone import MOBILE, Digests, Phone
from proofup.methods.protocol import AddMethod, RegisteredMethod
from proofup.values.changes import Change
from proofup.values.errors import InvalidNameError, InvalidPhoneNumberError
from proofup.values.ids import Entropy, MethodId, UserId, random_id
from proofup.values.names import canonical_name
from proofup.values.sealing import KeyPurpose
from proofup.values.secret import Secret

LONGEST: Mapping[str, int] = {
    "userPrincipalName": 256,
    "displayName": 256,
    "mail": 320,
    "businessPhones": 320,
    "passwordHash": 512,
}
LONGEST_ELSE = 64
MOST_BUSINESS_PHONES = 5
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, as far as we use it
REGION = re.compile(r"[A-Z]{2}")
TRUTHS: Mapping[str, bool] = {"": True, "true": True, "false": False}


class Newcomer(Struct, frozen=True, kw_only=True):
    """Somebody to be added; all fields are good."""

    user: User
    account: Account
    password: Secret[str] | None
    password_hash: ForeignHash | None
    phone: RegisteredMethod | None

    def changes(self, credential: PasswordCredential | None) -> list[Change]:
        """Return what brings the person in, without the entry of the log."""
        changes: list[Change] = [AddUser(user=self.user, account=self.account)]
        if credential is not None:
            changes.append(SetPassword(credential=credential))
        if self.phone is not None:
            changes.append(AddMethod(method=self.phone))
        return changes


class Reception(Struct, frozen=True, kw_only=True):
    """Judges newcomers; what all of them have in common."""

    organisation: str
    default_region: str | None
    digests: Digests
    common: CommonPasswords
    entropy: Entropy
    at: datetime

    @classmethod
    def of(cls, opened: Opened, common: CommonPasswords, entropy: Entropy) -> "Reception":
        """Return the reception of an open service."""
        organisation = opened.settings.organisation
        return cls(
            organisation=organisation.name,
            default_region=organisation.default_region,
            digests=partial(opened.store.keys.digests, KeyPurpose.CODES),
            common=common,
            entropy=entropy,
            at=opened.at,
        )

    def receive(self, told: Mapping[str, str]) -> Newcomer:
        """Return the newcomer in ``told``, whose keys are columns.

        Raises RefusedError, UnacceptablePasswordError or UnacceptableHashError for the first bad
        field.
        """
        for field, text in told.items():
            _check_text(field, text)
        user_id = UserId(random_id(self.entropy))
        user = self._user(user_id, {field: text.strip() for field, text in told.items()})
        phone = self._phone(user, told.get("authenticationPhone", ""))
        password = told.get("password") or None
        if password is not None:
            check_password(
                password, user, self.organisation, alone=phone is None, common=self.common
            )
        password_hash = told.get("passwordHash", "").strip() or None
        if password_hash is not None and password is not None:
            raise RefusedError("passwordHash", "stands beside a password; give one of them.")
        enabled = TRUTHS.get(told.get("accountEnabled", "").strip().lower())
        if enabled is None:
            raise RefusedError("accountEnabled", "is neither true nor false.")
        return Newcomer(
            user=user,
            account=Account(user_id=user_id, enabled=enabled),
            password=Secret(password) if password is not None else None,
            password_hash=read_foreign_hash(password_hash) if password_hash is not None else None,
            phone=phone,
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
        phones = tuple(
            filter(None, (part.strip() for part in told.get("businessPhones", "").split(";")))
        )
        if len(phones) > MOST_BUSINESS_PHONES:
            raise RefusedError("businessPhones", f"has more than {MOST_BUSINESS_PHONES} numbers.")
        kind = told.get("userType") or UserType.MEMBER
        if kind not in set(UserType):
            raise RefusedError("userType", f"{kind!r} is neither Member nor Guest.")
        return User(
            id=user_id,
            user_principal_name=name,
            display_name=told["displayName"],
            given_name=told.get("givenName") or None,
            surname=told.get("surname") or None,
            mail=mail,
            mobile_phone=told.get("mobilePhone") or None,
            business_phones=phones,
            user_type=UserType(kind),
            preferred_language=_matching(told, "preferredLanguage", LANGUAGE, "en-GB"),
            usage_location=_matching(told, "usageLocation", REGION, "GB"),
            created_at=self.at,
        )

    def _phone(self, user: User, number: str) -> RegisteredMethod | None:
        if not number.strip():
            return None
        region = user.usage_location or self.default_region or ""
        kind = Phone(organisation=self.organisation, digests=self.digests, languages=Catalogues())
        try:
            return kind.candidate(
                {"number": number, "region": region},
                method_id=MethodId(random_id(self.entropy)),
                user_id=user.id,
                slot=MOBILE,
                at=self.at,
                entropy=self.entropy,
            )
        except InvalidPhoneNumberError as error:
            problem = f"is no number that can be texted ({error.reason})."
            raise RefusedError("authenticationPhone", problem) from error


def added_entry(opened: Opened, newcomer: Newcomer, command: str) -> Change:
    """Return the audit entry of a newcomer."""
    details = {"phone": "registered"} if newcomer.phone else {}
    return opened.entry(Event.USER_ADDED, newcomer.user.id, command, **details)


def check_password(
    password: str, user: User, organisation: str, *, alone: bool, common: CommonPasswords
) -> None:
    """Raise UnacceptablePasswordError unless ``password`` may be the user's."""
    context = frozenset({user.user_principal_name.partition("@")[0], organisation, "proofup"})
    check_new_password(password, alone=alone, context=context, common=common)


def _check_text(field: str, text: str) -> None:
    if field == "password":
        return  # every character counts; its own rules follow
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise RefusedError(field, "is not in UTF-8.")
    if not text.isprintable():
        raise RefusedError(field, "has control characters in it.")
    longest = LONGEST.get(field, LONGEST_ELSE)
    if len(text) > longest:
        raise RefusedError(field, f"is longer than {longest} letters.")


def _matching(
    told: Mapping[str, str], field: str, pattern: "re.Pattern[str]", example: str
) -> str | None:
    text = told.get(field) or None
    if text is not None and not pattern.fullmatch(text):
        raise RefusedError(field, f"{text!r} is not written like {example}.")
    return text
