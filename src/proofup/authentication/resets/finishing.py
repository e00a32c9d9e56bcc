"""The end of a password reset: a new password, everything signed out, everybody told."""

from datetime import datetime

from msgspec.structs import replace

from proofup.audit.events.accounts import PasswordResetByOwner
from proofup.authentication.password_reset import AdvancePasswordReset, PasswordReset
from proofup.authentication.ports import Ports
from proofup.authentication.records import record
from proofup.authentication.resets.proving import answer_charges
from proofup.authentication.resets.standing import ResetStanding, ResetStep
from proofup.directory.app_passwords import DeleteAppPasswords
from proofup.directory.devices import ForgetDevices
from proofup.directory.passwords import SetPassword, check_new_password, context_words
from proofup.directory.users import RaiseEpoch, RequireEpoch
from proofup.methods.declaration import Carrier
from proofup.notices.alert import alert
from proofup.notices.farewell import Postage
from proofup.notices.notifying import Notification
from proofup.policy.limits import ResetCounters
from proofup.policy.password_tries import account_counters
from proofup.policy.subscriber import Subscriber
from proofup.values.changes import Change
from proofup.values.errors import RevokedError
from proofup.values.secret import Secret


async def finish(ports: Ports, here: ResetStanding, new: Secret[str], *, at: datetime) -> None:
    """Set the new password, and end every session, sign-in, remembered browser and app password.

    Nobody is signed in by it, and methods stay as they are. Raises UnacceptablePasswordError,
    RevokedError and StaleError where another request was first, and TooBusyError.
    """
    reset, subscriber = here.reset, here.subscriber
    if here.step is not ResetStep.NEW_PASSWORD or reset is None or subscriber is None:
        raise RevokedError
    user, room = subscriber.person.user, ports.room
    check_new_password(
        new.reveal(),
        alone=not room.catalogue.lasting(subscriber.held),
        context=context_words(user.user_principal_name, room.notifier.organisation.name),
        common=ports.common,
    )
    credential = await ports.hashing.hash(user.id, new, at=at)
    answers = answer_charges(ports, reset, subscriber.policy)
    counters = (*account_counters(room.counter_key, user.id), *(one.key for one in answers))
    proven = [
        room.catalogue.describe(one).line for one in subscriber.held if one.id in reset.proven
    ]
    event = PasswordResetByOwner(proofs=", ".join(proven))
    await room.commit(
        RequireEpoch(user_id=user.id, epoch=reset.epoch),
        AdvancePasswordReset(reset=replace(reset, finished_at=at)),
        SetPassword(credential=credential),
        RaiseEpoch(user_id=user.id),
        ForgetDevices(user_id=user.id),
        DeleteAppPasswords(user_id=user.id),
        ResetCounters(keys=counters),
        *_told(ports, reset, subscriber, at=at),
        record(reset, event, succeeded=True, at=at),
    )


def _told(
    ports: Ports, reset: PasswordReset, subscriber: Subscriber, *, at: datetime
) -> tuple[Change, ...]:
    """Tell every contact that the person has."""
    room = ports.room
    notification = Notification(
        user=subscriber.person.user,
        correlation_id=reset.correlation_id,
        client=reset.client,
        language=reset.language,
    )
    contacts = [room.catalogue.describe(one) for one in subscriber.held]
    postage = Postage(room.budgets[Carrier.TEXTS], room.counter_key)
    return alert(room.notifier, notification, contacts, postage, "password-reset", at=at)
