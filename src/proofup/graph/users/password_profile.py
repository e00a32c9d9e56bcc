"""``passwordProfile``: the password of a new or changed user, and when they must replace it."""

from msgspec import Struct

from proofup.directory.passwords import ForcedChange


class PasswordProfile(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """As it is sent."""

    password: str
    force_change_password_next_sign_in: bool = True
    force_change_password_next_sign_in_with_mfa: bool = False

    @property
    def forced_change(self) -> ForcedChange | None:
        """When the user must choose another, if at all."""
        if self.force_change_password_next_sign_in_with_mfa:
            return ForcedChange.NEXT_SIGN_IN_WITH_MFA
        return ForcedChange.NEXT_SIGN_IN if self.force_change_password_next_sign_in else None
