"""Phones: a mobile phone gets a code by text or a call, an office or alternate phone a call.

Out-of-band by the telephone network, which NIST SP 800-63B-4, *Out-of-Band Devices*, calls
restricted: a stronger method must be offered too. In Graph a ``phoneAuthenticationMethod``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec
from msgspec import Struct

from proofup.methods.abilities import Provisioning
from proofup.methods.call import CallPrompt, said
from proofup.methods.declaration import Carrier, Declaration, Factor, Opens, Role, Slot, WayTraits
from proofup.methods.one_time_code import LIFETIME, SentCodes, is_over, new_code
from proofup.methods.protocol import (
    Accepted,
    Answer,
    Awaiting,
    Because,
    CallStatus,
    Challenge,
    Description,
    Purpose,
    Question,
    Rejected,
    Verdict,
)
from proofup.methods.registered_methods import MethodKind, NewMethod, RegisteredMethod
from proofup.values.digests import Digests
from proofup.values.errors import InvalidFieldError, InvalidPhoneNumberError
from proofup.values.ids import Entropy, MethodId, UserId
from proofup.values.messages import Call, Text
from proofup.values.phone_numbers import (
    PhoneNumber,
    is_landline,
    parse_extension,
    parse_phone_number,
    stored_phone_number,
)
from proofup.values.secret import Secret
from proofup.values.ways import Way
from proofup.values.words import Languages, marked

KIND = MethodKind("phone")
MOBILE = "phone.mobile"
ALTERNATE_MOBILE = "phone.alternateMobile"
OFFICE = "phone.office"

SMS = Way("sms")
VOICE_MOBILE = Way("voiceMobile")
VOICE_OFFICE = Way("voiceOffice")
VOICE_ALTERNATE_MOBILE = Way("voiceAlternateMobile")


DECLARATION = Declaration(
    factors=frozenset({Factor.HAVE}),
    ways=(
        WayTraits(word=SMS, carrier=Carrier.TEXTS, restricted=True, for_callers=True),
        WayTraits(
            word=VOICE_MOBILE, typed=False, carrier=Carrier.CALLS, restricted=True, for_callers=True
        ),
        WayTraits(
            word=VOICE_OFFICE, typed=False, carrier=Carrier.CALLS, restricted=True, for_callers=True
        ),
        WayTraits(
            word=VOICE_ALTERNATE_MOBILE,
            typed=False,
            can_be_default=False,  # an alternate phone is only an additional option
            only_beside=True,
            carrier=Carrier.CALLS,
            restricted=True,
            for_callers=True,
        ),
    ),
    roles=frozenset({Role.SECOND, Role.RESET}),
    slots=(
        Slot(name=MOBILE, ways=(SMS, VOICE_MOBILE)),
        Slot(
            name=ALTERNATE_MOBILE,
            ways=(VOICE_ALTERNATE_MOBILE,),
            opens=Opens.INSIDE,
            apart=True,
        ),
        Slot(
            name=OFFICE,
            ways=(VOICE_OFFICE,),
            opens=Opens.IN_DIRECTORY,
            apart=True,
            in_directory=attrgetter("business_phones"),
        ),
    ),
)
WAYS: Mapping[str, Sequence[Way]] = {slot.name: slot.ways for slot in DECLARATION.slots}
TEXTED = frozenset(slot for slot, ways in WAYS.items() if SMS in ways)
COLUMNS: Mapping[str, str] = {  # import columns, with the slot of each phone
    "authenticationPhone": MOBILE,
    "alternateAuthenticationPhone": ALTERNATE_MOBILE,
    "officePhone": OFFICE,
}

IMPORT_PROBLEMS: Mapping[str, str] = {  # reasons that take more words, for who has the file
    "no country": "no known country; begin with + or fill in usageLocation",
    "spreadsheet": "a spreadsheet has changed it; format the column as text",
    "zero": "with the zero in brackets it is another number than without it",
}

TEXTS = {
    Purpose.SIGN_IN: marked(
        "Your %(organisation)s code to sign in is %(code)s. "
        "Nobody from %(organisation)s will ask you for it."
    ),
    Purpose.PASSWORD_RESET: marked(
        "Your %(organisation)s code to reset your password is %(code)s. "
        "Nobody from %(organisation)s will ask you for it."
    ),
    Purpose.REGISTRATION: marked(
        "Your %(organisation)s code to confirm this phone is %(code)s. "
        "Nobody from %(organisation)s will ask you for it."
    ),
    Purpose.CALLER_CHECK: marked(
        "Your %(organisation)s code for the page of the help desk is %(code)s. Type it only if you "
        "called them. Nobody from %(organisation)s will ask you for it."
    ),
}


class _Document(Struct, frozen=True, omit_defaults=True):
    """The stored data: the number as ``str(PhoneNumber)``, and whether it takes texts."""

    number: str
    texts: bool = True


class Phone(Struct, frozen=True, kw_only=True):
    """Sends a code by text and verifies it by a keyed digest, or calls and waits for a key."""

    organisation: str
    digests: Digests
    languages: Languages
    kind: MethodKind = KIND
    declaration: Declaration = DECLARATION
    columns: Sequence[str] = tuple(COLUMNS)

    def available(self, held: RegisteredMethod, *, at: datetime) -> bool:
        """Return True: a phone does not expire."""
        del held, at
        return True

    def ways(self, held: RegisteredMethod) -> Sequence[Way]:
        """Return the ways of the phone: a landline takes no texts, an office line only calls."""
        takes_texts = _read(held).texts
        return tuple(way for way in WAYS[held.slot] if takes_texts or way != SMS)

    def candidate(
        self, typed: Mapping[str, str], new: NewMethod, entropy: Entropy
    ) -> RegisteredMethod:
        """Return a phone with ``number``; ``region`` is for numbers without a country code.

        An office phone may have an ``extension``. A landline is accepted if ``way`` is by call.
        Raises InvalidPhoneNumberError.
        """
        del entropy
        is_office = new.slot == OFFICE
        number = parse_phone_number(
            typed.get("number", ""), region=typed.get("region"), extension_allowed=is_office
        )
        if extension := parse_extension(typed.get("extension", "")):
            if not is_office:
                raise InvalidPhoneNumberError("extension")
            number = msgspec.structs.replace(number, extension=extension)
        takes_texts = new.slot in TEXTED and not is_landline(number)
        if new.slot == MOBILE and not takes_texts and typed.get("way") != VOICE_MOBILE:
            raise InvalidPhoneNumberError("landline")
        return new.of(KIND, _Document(str(number), takes_texts))

    def imported(
        self,
        column: str,
        told: Mapping[str, str],
        *,
        region: str,
        method_id: MethodId,
        user_id: UserId,
        at: datetime,
    ) -> RegisteredMethod:
        """Return the phone; a landline is accepted if the default method is to call it."""
        slot = COLUMNS[column]
        way = told.get("defaultMethod", "")
        facts = {"number": told[column], "region": region, "way": way}
        try:
            return self.candidate(
                facts, NewMethod(id=method_id, user_id=user_id, slot=slot, at=at), bytes
            )
        except InvalidPhoneNumberError as error:
            takes = "texted" if slot in TEXTED else "called"
            why = IMPORT_PROBLEMS.get(error.reason, error.reason)
            problem = f"is no number that can be {takes} ({why})."
            raise InvalidFieldError(column, problem) from error

    def is_typed(self, held: RegisteredMethod, typed: Mapping[str, str]) -> bool:
        """Return whether ``number`` and ``extension`` are those of ``held``, as shown on pages."""
        number = number_of(held)
        shown = {"".join(form.split()) for form in (number.national, number.readable, number.e164)}
        plain = "".join(typed.get("number", "").split())
        return plain in shown and typed.get("extension", "").strip() == (number.extension or "")

    def provisioning(self, candidate: RegisteredMethod, *, account: str) -> Provisioning | None:
        """Return None: a phone needs nothing to be shown."""
        del candidate, account
        return None

    def challenge(self, held: RegisteredMethod, question: Question, entropy: Entropy) -> Challenge:
        """Return a challenge with the text that carries its code, or the call that asks."""
        number = number_of(held)
        if question.way == SMS:
            code = new_code(entropy)
            verifier = SentCodes(self.digests).verifier(code, question.id, question.purpose, held)
            message: Text | Call = Text(to=number, body=Secret(self._text(code, question)))
        else:
            verifier = None
            greeting = said(
                CallPrompt.GREETING,
                organisation=self.organisation,
                purpose=question.purpose,
                words=self.languages.words(question.language),
            )
            message = Call(to=number, greeting=greeting)
        return question.to(
            held.user_id, LIFETIME, method_id=held.id, verifier=verifier, message=message
        )

    def verify(
        self, held: RegisteredMethod, pending: Challenge, answer: Answer, *, at: datetime
    ) -> Verdict:
        """Accept the code that was texted, or the key that was pressed, until it is over."""
        if pending.way != SMS:
            return _verdict_of_call(held, pending, at)
        return SentCodes(self.digests).verify(held, pending, answer.typed, at=at)

    def describe(self, held: RegisteredMethod) -> Description:
        """Return the number, whole and masked."""
        number = number_of(held)
        return Description(
            kind=KIND,
            slot=held.slot,
            masked=number.masked,
            number=number,
            identity=str(number),
        )

    def put_back(self, held: RegisteredMethod, *, at: datetime) -> RegisteredMethod:
        """Return the phone unchanged: its challenges are stored elsewhere and are voided."""
        del at
        return held

    def _text(self, code: str, question: Question) -> str:
        shown = f"{code[:3]} {code[3:]}"
        words = self.languages.words(question.language)
        return words(TEXTS[question.purpose]) % {"organisation": self.organisation, "code": shown}


def _verdict_of_call(held: RegisteredMethod, pending: Challenge, at: datetime) -> Verdict:
    """Judge a call by its status."""
    status = pending.call_status
    if is_over(pending, at):
        return Rejected(Because.LATE)
    if status is CallStatus.APPROVED:
        return Accepted(held.used(at=at))
    if status is None or not status.is_final:
        return Awaiting()
    return Rejected(Because(status.value))


def number_of(held: RegisteredMethod) -> PhoneNumber:
    """Return the number of a phone; for the carrier and for limits, never for a page."""
    return stored_phone_number(_read(held).number)


def _read(held: RegisteredMethod) -> _Document:
    return msgspec.json.decode(held.document, type=_Document)
