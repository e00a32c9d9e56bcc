"""Which country is chosen already on the page of a phone."""

import pytest
from msgspec.structs import replace

from pages.samples import NOON
from proofup.directory.users import User
from proofup.methods.phone import KIND, MOBILE, OFFICE, SMS
from proofup.methods.protocol import Description
from proofup.pages.methods.parts import Asking
from proofup.pages.methods.phone.fields import PhoneFields
from proofup.values.ids import UserId
from proofup.values.phone_numbers import PhoneNumber

FIELDS = PhoneFields()
ROBIN = User(
    id=UserId("robin"),
    user_principal_name="robin@contoso.test",
    display_name="Robin",
    created_at=NOON,
)
DANISH = PhoneNumber("45", "32123456")
FRENCH = PhoneNumber("33", "612345678")


def described(number: PhoneNumber | None, slot: str = MOBILE) -> Description:
    text = str(number or "an app")
    return Description(kind=KIND, slot=slot, name=text, masked=text, number=number, identity=text)


def asking(user: User, *own: Description, present: Description | None = None) -> Asking:
    return Asking(
        user=user, slot=MOBILE, present=present, own=own, default_region="GB", ways=(SMS,)
    )


@pytest.mark.parametrize(
    ("asked", "country"),
    [
        (asking(ROBIN, present=described(DANISH)), "DK"),
        (asking(ROBIN, described(None), described(FRENCH, OFFICE)), "FR"),
        (asking(replace(ROBIN, mobile_phone="+33 6 12 34 56 78", usage_location="DK")), "FR"),
        (asking(replace(ROBIN, business_phones=("32 12 34 56",), usage_location="DK")), "DK"),
        (asking(replace(ROBIN, mobile_phone="none", usage_location="DK")), "DK"),
        (asking(replace(ROBIN, usage_location="DK")), "DK"),
        (asking(ROBIN), "GB"),
        (replace(asking(ROBIN), default_region=None), "US"),
    ],
)
def test_the_country_is_the_persons_own_before_the_organisations(
    asked: Asking, country: str
) -> None:
    assert FIELDS.shown(asked, None, reason=None)["typed"]["region"] == country
    assert FIELDS.shown_line(asked, None, whole=True)["region"] == country


def test_a_number_that_is_shown_again_keeps_its_country() -> None:
    again = FIELDS.again(described(DANISH), SMS)
    assert (again["number"], again["region"]) == ("+45 32 12 34 56", "DK")
    assert FIELDS.again(described(None), SMS)["region"] == ""
