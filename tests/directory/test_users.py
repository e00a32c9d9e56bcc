from datetime import UTC, datetime

from proofup.directory.organisation import Organisation
from proofup.directory.roles import GLOBAL_ADMINISTRATOR
from proofup.directory.users import Account, MfaState, User, UserType
from proofup.methods.registered_methods import RegisteredMethod
from proofup.values.ids import UserId


def test_TR_01_a_new_account_may_sign_in_and_holds_nothing_yet() -> None:
    account = Account(user_id=UserId("rosa"))
    assert account.enabled
    assert account.epoch == 0
    assert account.default_way is None
    assert account.changes_held_at is None
    assert account.mfa_state is MfaState.DISABLED


def test_EN9_VOC_01_the_profile_and_the_methods_share_no_field_but_ids_and_dates() -> None:
    user = User(
        id=UserId("rosa"),
        user_principal_name="rosa@example.com",
        display_name="Rosa",
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert (user.mobile_phone, user.business_phones) == (None, ())
    assert user.user_type is UserType.MEMBER
    shared = set(User.__struct_fields__) & set(RegisteredMethod.__struct_fields__)
    assert shared == {"id", "created_at"}


def test_words_of_graph() -> None:
    assert [kind.value for kind in UserType] == ["Member", "Guest"]
    assert GLOBAL_ADMINISTRATOR == "62e90394-69f5-4237-9190-012177145e10"


def test_an_organisation_needs_no_more_than_a_name() -> None:
    organisation = Organisation(name="Contoso")
    assert organisation.help_desk_phone is None
    assert organisation.default_region is None
