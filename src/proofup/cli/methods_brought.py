"""The authentication methods a new user brings along: phones, an app, and which is the first."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from proofup.cli.output import RefusedError
from proofup.directory.users import User
from proofup.methods.catalogue import Catalogue
from proofup.methods.phone import ALTERNATE_MOBILE, MOBILE, OFFICE
from proofup.methods.phone import KIND as PHONE
from proofup.methods.protocol import RegisteredMethod
from proofup.methods.software_oath import brought_app
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import MethodId, UserId
from proofup.values.ways import Way

PHONES: Mapping[str, str] = {
    "authenticationPhone": MOBILE,
    "alternateAuthenticationPhone": ALTERNATE_MOBILE,
    "officePhone": OFFICE,
}
APP_NAME = "Imported app"
SECRET_BYTES = range(10, 65)  # many systems gave 80 bits; new keys of ours have 160


class MethodsBrought(Struct, frozen=True):
    """Judges what is told of a newcomer's methods; each is registered as it stands."""

    catalogue: Catalogue

    def of(
        self,
        user: User,
        told: Mapping[str, str],
        *,
        region: str,
        new_id: Callable[[], str],
        at: datetime,
    ) -> list[RegisteredMethod]:
        """Return the methods in ``told``. Raises RefusedError."""
        way = told.get("defaultMethod", "")
        found: list[RegisteredMethod] = []
        for column in PHONES:
            if number := told.get(column):
                facts = {"number": number, "region": region, "way": way}
                method_id = MethodId(new_id())
                found.append(self._phone(user.id, method_id, column, facts, at=at))
        if secret := told.get("totpSecret"):
            found.append(
                brought_app(
                    _key(secret), APP_NAME, method_id=MethodId(new_id()), user_id=user.id, at=at
                )
            )
        return found

    def default(self, word: str, methods: Sequence[RegisteredMethod]) -> Way | None:
        """Return the way ``word`` names, if one of ``methods`` has it. Raises RefusedError."""
        if not word:
            return None
        ways = [way for held in methods for way in self.catalogue.of(held).ways(held)]
        usable = [way for way in ways if self.catalogue.traits[way].can_be_default]
        if word not in usable:
            can_be = f"can be {', '.join(usable)}" if usable else "needs a phone or an app"
            raise RefusedError("defaultMethod", f"{word!r} does not fit: it {can_be} here.")
        return Way(word)

    def _phone(
        self,
        user_id: UserId,
        method_id: MethodId,
        column: str,
        facts: Mapping[str, str],
        *,
        at: datetime,
    ) -> RegisteredMethod:
        try:
            return self.catalogue.registrable[PHONE].candidate(
                facts,
                method_id=method_id,
                user_id=user_id,
                slot=PHONES[column],
                at=at,
                entropy=bytes,  # a phone draws nothing
            )
        except InvalidPhoneNumberError as error:
            takes = "texted" if column == "authenticationPhone" else "called"
            problem = f"is no number that can be {takes} ({error.reason})."
            raise RefusedError(column, problem) from error


def _key(text: str) -> bytes:
    """Return the key in ``text``: Base32, in groups or not, with its padding or not."""
    letters = text.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as error:
        raise RefusedError("totpSecret", "is not written in Base32.") from error
    if len(key) not in SECRET_BYTES:
        bounds = f"{8 * SECRET_BYTES.start} to {8 * (SECRET_BYTES.stop - 1)}"
        raise RefusedError("totpSecret", f"has {8 * len(key)} bits; {bounds} are taken.")
    return key
