"""What is told of somebody new, judged field by field.

The fields have Graph's names where Graph has them; docs/operators/import.md explains each. Methods
judge their own (``ImportableMethod``), and are stored as they were proven elsewhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

from msgspec import Struct

from proofup.directory.passwords import (
    CommonPasswords,
    PasswordCredential,
    check_new_password,
    context_words,
)
from proofup.directory.users import Account, MfaState, User, UserType
from proofup.methods.catalogue import Catalogue
from proofup.methods.protocol import RegisteredMethod
from proofup.values.errors import InvalidFieldError, InvalidNameError
from proofup.values.ids import MethodId, UserId
from proofup.values.mail_addresses import InvalidMailAddressError, mail_address
from proofup.values.names import spelled_name
from proofup.values.new_names import check_new_name
from proofup.values.secret import Secret
from proofup.values.shown_text import UnshowableTextError, shown_text
from proofup.values.ways import Way

T = TypeVar("T")
Adopt: TypeAlias = Callable[[UserId, str, datetime], PasswordCredential]
"""Returns the credential of a hash that another system made, or raises an error of its own."""

REQUIRED = ("userPrincipalName", "displayName")
FIELDS = (  # beside those of methods
    *("userPrincipalName", "displayName", "givenName", "surname", "mail", "mobilePhone"),
    *("businessPhones", "userType", "accountEnabled", "preferredLanguage", "usageLocation"),
    *("password", "passwordHash", "defaultMethod", "perUserMfaState"),
)
LONGEST: Mapping[str, int] = dict.fromkeys(FIELDS, 64) | {
    "userPrincipalName": 256,
    "displayName": 256,
    "mail": 320,
    "businessPhones": 320,
    "passwordHash": 512,
}
MOST_BUSINESS_PHONES = 5
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, as far as we use it
REGION = re.compile(r"[A-Z]{2}")
TYPES: Mapping[str, UserType] = {"": UserType.MEMBER} | {kind.value: kind for kind in UserType}
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
        name = spelled_name(text.get("userPrincipalName", ""))
        try:
            check_new_name(name)
        except InvalidNameError as error:
            problem = f"{name!r} is no user name ({error.reason})."
            raise InvalidFieldError("userPrincipalName", problem) from error
        if not text.get("displayName"):
            raise InvalidFieldError("displayName", "is missing.")
        phones = tuple(filter(None, map(str.strip, text.get("businessPhones", "").split(";"))))
        if len(phones) > MOST_BUSINESS_PHONES:
            problem = f"has more than {MOST_BUSINESS_PHONES} numbers."
            raise InvalidFieldError("businessPhones", problem)
        return User(
            id=user_id,
            user_principal_name=name,
            display_name=text["displayName"],
            given_name=text.get("givenName") or None,
            surname=text.get("surname") or None,
            mail=_mail(text.get("mail", "")),
            mobile_phone=text.get("mobilePhone") or None,
            business_phones=phones,
            user_type=_meaning(
                "userType", text.get("userType", ""), TYPES, "neither Member nor Guest"
            ),
            preferred_language=_written_like("en-GB", "preferredLanguage", text, LANGUAGE),
            usage_location=_written_like("GB", "usageLocation", text, REGION),
            created_at=self.at,
        )

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
            enabled=_meaning("accountEnabled", enabled.lower(), TRUTHS, "neither true nor false"),
            mfa_state=_meaning("perUserMfaState", state, STATES, known),
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


MAIL_PROBLEMS: Mapping[str, str] = {
    "several": "holds more than one address; give the one that notices go to.",
    "letters": "has letters before the @ that not every mail server takes.",
    "form": "is no mail address.",
}


def _mail(typed: str) -> str | None:
    """Return the address of notices; what the mailer would not send to is refused here."""
    if not typed:
        return None
    try:
        return mail_address(typed)
    except InvalidMailAddressError as error:
        raise InvalidFieldError("mail", f"{typed!r} {MAIL_PROBLEMS[error.reason]}") from error


def _plain(field: str, text: str) -> str:
    """Return ``text`` as it is shown. Passwords and methods have rules of their own."""
    if field not in LONGEST or field == "password":
        return text.strip()
    if field == "userPrincipalName":
        return _short(field, text)
    try:
        shown = shown_text(text)
    except UnshowableTextError as error:
        is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
        problem = "has control characters in it." if is_text else "is not in UTF-8."
        raise InvalidFieldError(field, problem) from error
    return _short(field, shown)


def _short(field: str, text: str) -> str:
    if len(text) > LONGEST[field]:
        raise InvalidFieldError(field, f"is longer than {LONGEST[field]} letters.")
    return text


def _meaning(field: str, word: str, meanings: Mapping[str, T], problem: str) -> T:
    """Return what ``word`` stands for."""
    if word not in meanings:
        raise InvalidFieldError(field, f"{word!r} is {problem}.")
    return meanings[word]


def _written_like(
    example: str, field: str, text: Mapping[str, str], pattern: "re.Pattern[str]"
) -> str | None:
    word = text.get(field) or None
    if word is not None and not pattern.fullmatch(word):
        raise InvalidFieldError(field, f"{word!r} is not written like {example}.")
    return word
