"""The fields of a public profile under Graph's names, each judged by itself.

docs/operators/import.md explains each. A text that is empty is no value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from proofup.directory.users import User, UserType
from proofup.values.countries import is_country, no_country
from proofup.values.errors import InvalidFieldError, InvalidNameError
from proofup.values.mail_addresses import InvalidMailAddressError, mail_address
from proofup.values.names import spelled_name
from proofup.values.new_names import check_new_name
from proofup.values.shown_text import UnshowableTextError, shown_text

T = TypeVar("T")
Judge: TypeAlias = Callable[[str, str], Any]
"""Returns what the text of a field stands for. Raises InvalidFieldError."""

MOST_BUSINESS_PHONES = 5
MOST_OTHER_MAILS = 10
SHORT, LONG = 64, 256  # letters
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, as far as we use it
TYPES: Mapping[str, UserType] = {"": UserType.MEMBER} | {kind.value: kind for kind in UserType}
MAIL_PROBLEMS: Mapping[str, str] = {
    "several": "holds more than one address; give the one that notices go to.",
    "letters": "has letters before the @ that not every mail server takes.",
    "form": "is no mail address.",
}


class Field(Struct, frozen=True, kw_only=True):
    """A field that has at most ``longest`` letters, and is stored as ``attribute``."""

    attribute: str
    judge: Judge
    longest: int = SHORT


def plain(field: str, text: str, longest: int) -> str:
    """Return ``text`` as it is shown."""
    try:
        shown = text if field == "userPrincipalName" else shown_text(text)
    except UnshowableTextError as error:
        is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
        problem = "has control characters in it." if is_text else "is not in UTF-8."
        raise InvalidFieldError(field, problem) from error
    if len(shown) > longest:
        raise InvalidFieldError(field, f"is longer than {longest} letters.")
    return shown


def meaning(field: str, word: str, meanings: Mapping[str, T], problem: str) -> T:
    """Return what ``word`` stands for."""
    if word not in meanings:
        raise InvalidFieldError(field, f"{word!r} is {problem}.")
    return meanings[word]


def with_fields(user: User, text: Mapping[str, str]) -> User:
    """Return ``user`` with the fields in ``text``, which is plain; others stay as they are."""
    of_user = {one.attribute: one.judge(name, text[name]) for name, one in _told(FIELDS, text)}
    more = {one.attribute: one.judge(name, text[name]) for name, one in _told(DETAILS, text)}
    details = replace(user.details, **more) if more else user.details
    return replace(user, **of_user, details=details)


def _told(fields: Mapping[str, Field], text: Mapping[str, str]) -> list[tuple[str, Field]]:
    return [(name, one) for name, one in fields.items() if name in text]


def _text(_: str, text: str) -> str | None:
    return text or None


def _needed(field: str, text: str) -> str:
    if not text:
        raise InvalidFieldError(field, "is missing.")
    return text


def _user_name(field: str, text: str) -> str:
    name = spelled_name(text)
    try:
        check_new_name(name)
    except InvalidNameError as error:
        raise InvalidFieldError(field, f"{name!r} is no user name ({error.reason}).") from error
    return name


def _mail(field: str, typed: str) -> str | None:
    """Return the address of notices; what the mailer would not send to is refused here."""
    if not typed:
        return None
    try:
        return mail_address(typed)
    except InvalidMailAddressError as error:
        raise InvalidFieldError(field, f"{typed!r} {MAIL_PROBLEMS[error.reason]}") from error


def _business_phones(field: str, text: str) -> tuple[str, ...]:
    return _several(field, text, MOST_BUSINESS_PHONES, "numbers")


def _other_mails(field: str, text: str) -> tuple[str, ...]:
    found = _several(field, text, MOST_OTHER_MAILS, "addresses")
    return tuple(filter(None, (_mail(field, one) for one in found)))


def _several(field: str, text: str, most: int, what: str) -> tuple[str, ...]:
    found = tuple(filter(None, map(str.strip, text.split(";"))))
    if len(found) > most:
        raise InvalidFieldError(field, f"has more than {most} {what}.")
    return found


def _user_type(field: str, text: str) -> UserType:
    return meaning(field, text, TYPES, "neither Member nor Guest")


def _language(field: str, text: str) -> str | None:
    if text and not LANGUAGE.fullmatch(text):
        raise InvalidFieldError(field, f"{text!r} is not written like en-GB.")
    return text or None


def _country(field: str, text: str) -> str | None:
    if text and not is_country(text):
        raise InvalidFieldError(field, no_country(text))
    return text or None


def _plain_fields(**attributes: int) -> Mapping[str, Field]:
    """Return fields of any text, with their greatest lengths, by their names in Graph."""
    found = {}
    for attribute, longest in attributes.items():
        first, *others = attribute.split("_")
        name = "".join((first, *map(str.capitalize, others)))
        found[name] = Field(attribute=attribute, judge=_text, longest=longest)
    return found


FIELDS: Mapping[str, Field] = {
    "userPrincipalName": Field(attribute="user_principal_name", judge=_user_name, longest=LONG),
    "displayName": Field(attribute="display_name", judge=_needed, longest=LONG),
    **_plain_fields(given_name=SHORT, surname=SHORT),
    "mail": Field(attribute="mail", judge=_mail, longest=320),
    **_plain_fields(mobile_phone=SHORT),
    "businessPhones": Field(attribute="business_phones", judge=_business_phones, longest=320),
    "userType": Field(attribute="user_type", judge=_user_type),
    "preferredLanguage": Field(attribute="preferred_language", judge=_language),
    "usageLocation": Field(attribute="usage_location", judge=_country),
}
DETAILS: Mapping[str, Field] = {
    **_plain_fields(job_title=128, department=SHORT, company_name=SHORT, office_location=128),
    **_plain_fields(employee_id=16, employee_type=SHORT, street_address=1024, city=128),
    **_plain_fields(state=128, postal_code=40, country=128, fax_number=SHORT),
    "otherMails": Field(attribute="other_mails", judge=_other_mails, longest=2500),
}
LONGEST: Mapping[str, int] = {
    name: one.longest for fields in (FIELDS, DETAILS) for name, one in fields.items()
}
