"""``POST /invitations``: a guest is invited, by mail or by the link alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from proofup.administration.invite_address import AddressInvited, invite_address
from proofup.administration.invite_guest import LONGEST_MESSAGE, Guest
from proofup.administration.planned import carry_out
from proofup.directory.users import UserType
from proofup.graph.answers import Answer, Resource, entity
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.graph.users.guest_states import PENDING
from proofup.values.errors import InvalidFieldError, InvalidInputError
from proofup.values.url_parts import url_parts

LONGEST_URL = 2048  # letters
# What cannot be taken, by its word in the core: the property, and what to send.
EXPECTED = {
    "mail": ("invitedUserEmailAddress", "Give one mail address, which can be a user name."),
    "message": ("customizedMessageBody", f"Write at most {LONGEST_MESSAGE} letters."),
}


class MessageInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the mail says, and in which language."""

    customized_message_body: str | None = None
    message_language: str | None = None
    cc_recipients: Sequence[Mapping[str, Any]] | None = None


class NewInvitation(Struct, frozen=True, kw_only=True, rename="camel"):
    """The body: an address must be there, and where the guest goes afterwards."""

    invited_user_email_address: str
    invite_redirect_url: str
    invited_user_display_name: str | None = None
    invited_user_message_info: MessageInfo | None = None
    invited_user_type: str | None = None
    invited_user_sponsors: Sequence[Any] | None = None
    send_invitation_message: bool | None = None
    reset_redemption: bool | None = None

    @property
    def message(self) -> MessageInfo:
        """What the mail says, or nothing."""
        return self.invited_user_message_info or MessageInfo()


async def create(call: Call) -> Answer:
    """Invite a guest; one who has not accepted yet gets a new link, and the one before is void."""
    body = call.body(NewInvitation)
    _check(body)
    guest = _guest(call, body)
    try:
        act = await invite_address(call.door.ports, call.actor, guest, at=call.at)
    except InvalidInputError as error:
        raise _invalid(*EXPECTED[error.reason]) from error
    except InvalidFieldError as error:
        raise _invalid("messageLanguage", f"It {error.problem}") from error
    done = await carry_out(call.door.ports, act)
    return entity(call.metadata("invitations", one=True), _told(body, done), status=201)


def _invalid(name: str, because: str) -> CallRefusedError:
    return bad_request(f"Invalid value specified for property '{name}'. {because}")


def _check(body: NewInvitation) -> None:
    """Refuse what no invitation has here. Raises CallRefusedError."""
    if body.message.cc_recipients:
        raise _invalid("ccRecipients", "A link opens one account, so it is mailed to nobody else.")
    if body.invited_user_type not in {None, UserType.GUEST}:
        raise _invalid("invitedUserType", "Only guests are invited; add a member by POST /users.")
    if body.invited_user_sponsors:
        raise _invalid("invitedUserSponsors", "Guests have no sponsors here.")
    if body.reset_redemption:
        raise _invalid("resetRedemption", "Reset the password, or require registration anew.")
    parts = url_parts(body.invite_redirect_url)
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    if not is_web or len(body.invite_redirect_url) > LONGEST_URL:
        raise _invalid("inviteRedirectUrl", "Give a whole address, such as https://…")


def _guest(call: Call, body: NewInvitation) -> Guest:
    """Return who is invited; a page of ours is where they land, otherwise My Apps is."""
    person = call.principal.person
    is_ours = body.invite_redirect_url.startswith(f"{call.door.origin}/")
    return Guest(
        name=body.invited_user_display_name or "",
        mail=body.invited_user_email_address,
        message=body.message.customized_message_body or "",
        lands_at=body.invite_redirect_url.removeprefix(call.door.origin) if is_ours else None,
        inviter=person.user.display_name if person else "",
        language=body.message.message_language,
        is_mailed=bool(body.send_invitation_message),
    )


def _told(body: NewInvitation, done: AddressInvited) -> Resource:
    made, user = done.made, done.user
    return {
        "id": user.id,
        "invitedUserDisplayName": user.display_name,
        "invitedUserEmailAddress": user.mail,
        "invitedUserType": user.user_type,
        "inviteRedirectUrl": body.invite_redirect_url,
        "inviteRedeemUrl": made.url.reveal() if made else None,
        "sendInvitationMessage": made is not None and made.mailed_to is not None,
        "resetRedemption": False,
        "status": PENDING if made else "Completed",
        "invitedUserMessageInfo": {
            "messageLanguage": body.message.message_language,
            "ccRecipients": [],
            "customizedMessageBody": body.message.customized_message_body,
        },
        "invitedUser": {"id": user.id},
    }
