"""Which app roles and scopes an application may offer."""

import pytest

from proofup.tokens.application import AppRole, ExposedScope
from proofup.tokens.offers import InvalidOfferError, checked_roles, checked_scopes

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"


def role(id_: str = ONE, value: str = "Reader", members: frozenset[str] | None = None) -> AppRole:
    members = frozenset({"User", "Application"}) if members is None else members
    return AppRole(id=id_, value=value, name="Reader", members=members)


def test_roles_and_scopes_with_ids_and_values_of_their_own_are_offered() -> None:
    checked_roles([role(), role(TWO, "Orders/Write.All")])
    checked_scopes([ExposedScope(id=ONE, value="Files.Read", name="Read files")])


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        ([role("r-1")], "its id is no GUID"),
        ([role(value="two words")], "letters"),
        ([role(value=".hidden")], "letters"),
        ([role(value="")], "letters"),
        ([role(value="a" * 121)], "letters"),
        ([role(), role(value="Writer")], "twice"),
        ([role(), role(TWO, "READER")], "twice"),
        ([role(members=frozenset())], "nobody could have it"),
        ([role(members=frozenset({"Group"}))], "nobody could have it"),
    ],
)
def test_others_are_refused(roles: list[AppRole], reason: str) -> None:
    with pytest.raises(InvalidOfferError) as refused:
        checked_roles(roles)
    assert (refused.value.value, refused.value.reason) == (roles[-1].value, reason)
