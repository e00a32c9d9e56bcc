"""Names the next step of a sign-in; the only place that decides it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from proofup.authentication.ports import Ports
from proofup.authentication.signin import SignIn
from proofup.directory.passwords import ForcedChange
from proofup.directory.users import Person
from proofup.methods.catalogue import Option
from proofup.methods.registered_methods import RegisteredMethod
from proofup.policy.decision import CAN_WAIT, Decision, RequiredAction, decide
from proofup.policy.nudging import lacks_stronger, snoozes_left
from proofup.policy.proofs import reaches
from proofup.policy.rules import Policy
from proofup.policy.slots import open_slots, shut_on_the_way
from proofup.policy.subscriber import Subscriber
from proofup.values.ids import token_digest


class Step(StrEnum):
    """Where a sign-in stands."""

    NAME = "name"  # there is no sign-in, or it has expired: start one
    PASSWORD = "password"  # noqa: S105 - the name of a step
    CHALLENGE = "challenge"
    NEW_PASSWORD = "newPassword"  # noqa: S105 - the present one must be replaced
    PROOF_UP = "proofUp"  # methods are missing or forbidden: the person must register
    STAY = "stay"  # everything is proven: is the browser to stay signed in?
    ISSUE = "issue"  # everything is proven: a session may be opened
    FINISHED = "finished"  # a session was opened already
    REVOKED = "revoked"  # the account was changed or disabled since it began: start again


class Standing(Struct, frozen=True, kw_only=True):
    """A sign-in with its next step, and the decision on it once the first factor is met.

    ``subscriber`` is whose it is, as they were read then.
    """

    step: Step
    sign_in: SignIn | None = None
    subscriber: Subscriber | None = None
    decision: Decision | None = None

    @property
    def person(self) -> Person | None:
        """Whose sign-in it is, once the name was proven."""
        return self.subscriber.person if self.subscriber else None

    @property
    def held(self) -> Sequence[RegisteredMethod]:
        """The methods of the person."""
        return self.subscriber.held if self.subscriber else ()

    @property
    def policy(self) -> Policy | None:
        """The rules that it was decided by."""
        return self.subscriber.policy if self.subscriber else None

    @property
    def options(self) -> tuple[Option, ...]:
        """The ways in which the second proof may be given; none before the first factor is met."""
        return self.decision.options if self.decision else ()

    @property
    def stored(self) -> "Standing":
        """The same once its sign-in is stored, which moves that one on by a revision."""
        sign_in = self.sign_in
        return replace(self, sign_in=sign_in and replace(sign_in, revision=sign_in.revision + 1))


def next_step(
    sign_in: SignIn | None,
    decision: Decision | None,
    *,
    may_stay: bool = False,
    is_revoked: bool = False,
    at: datetime,
) -> Step:
    """Name the step ``sign_in`` takes next; ``decision`` is what the account must bring.

    ``may_stay`` says that the rules let a browser stay signed in; ``is_revoked`` says that the
    account was revoked since the sign-in began.
    """
    if sign_in is None or at >= sign_in.expires_at:
        return Step.NAME
    if sign_in.finished_at is not None or is_revoked:
        return Step.REVOKED if sign_in.finished_at is None else Step.FINISHED
    if sign_in.proofs.first_at is None or decision is None:
        return Step.PASSWORD
    return _after_password(sign_in, decision, may_stay=may_stay)


def _after_password(sign_in: SignIn, decision: Decision, *, may_stay: bool) -> Step:
    """Name the next step of a sign-in whose first factor is met."""
    if not (reaches(sign_in.proofs, decision.level) or _is_recalled(sign_in, decision)):
        return Step.CHALLENGE
    if _forced_change(sign_in) is ForcedChange.NEXT_SIGN_IN:
        return Step.NEW_PASSWORD  # before anything is registered under a password that others know
    if _has_required_action(sign_in, decision):
        return Step.PROOF_UP
    if _forced_change(sign_in) is not None:
        return Step.NEW_PASSWORD
    return Step.STAY if may_stay and _is_to_be_asked(sign_in) else Step.ISSUE


def _is_recalled(sign_in: SignIn, decision: Decision) -> bool:
    """Tell whether a remembered browser replaces the second proof.

    It does not where something about the account must be changed.
    """
    return (
        sign_in.remembered
        and decision.required_action is RequiredAction.NONE
        and _forced_change(sign_in) is None
    )


def _forced_change(sign_in: SignIn) -> ForcedChange | None:
    """Return how the password must be replaced; a fresh proof in a session demands no change."""
    return None if sign_in.session_id is not None else sign_in.forced_change


def _is_to_be_asked(sign_in: SignIn) -> bool:
    """Tell whether the person has yet to say whether this browser is to stay signed in.

    The question is not asked if a remembered browser replaced the second proof: the stricter of the
    two features applies.
    """
    return sign_in.stay is None and sign_in.session_id is None and not sign_in.remembered


def _has_required_action(sign_in: SignIn, decision: Decision) -> bool:
    if sign_in.session_id is not None or decision.required_action is RequiredAction.NONE:
        return False  # a fresh proof in a session asks no further questions
    return not (decision.required_action in CAN_WAIT and sign_in.put_off)


async def standing(
    ports: Ports, sign_in: SignIn | None, *, subscriber: Subscriber | None = None, at: datetime
) -> Standing:
    """Return where ``sign_in`` stands, with what the account can answer with now.

    The options are revealed only once the first factor is met. ``subscriber`` is the person, if
    this request has read them already.
    """
    if subscriber is None and sign_in and sign_in.user_id and sign_in.proofs.first_at:
        subscriber = await ports.subscribers.of(sign_in.user_id)
    return _standing(ports, sign_in, subscriber, at=at)


def moved(ports: Ports, here: Standing, sign_in: SignIn, *, at: datetime) -> Standing:
    """Return where ``here`` stands with ``sign_in`` in its place, by what was read for it."""
    return _standing(ports, sign_in, here.subscriber, at=at)


def _standing(
    ports: Ports, sign_in: SignIn | None, subscriber: Subscriber | None, *, at: datetime
) -> Standing:
    decision = _decided(ports, sign_in, subscriber, at=at) if sign_in and subscriber else None
    may_stay = subscriber is not None and subscriber.policy.stay_signed_in
    is_revoked = (
        sign_in is not None
        and subscriber is not None
        and not subscriber.person.account.is_open(sign_in.epoch)
    )
    step = next_step(sign_in, decision, may_stay=may_stay, is_revoked=is_revoked, at=at)
    if step is Step.REVOKED:
        return Standing(step=step, sign_in=sign_in)  # without revealing the person
    return Standing(step=step, sign_in=sign_in, subscriber=subscriber, decision=decision)


def _decided(ports: Ports, sign_in: SignIn, subscriber: Subscriber, *, at: datetime) -> Decision:
    room, person, held, policy = ports.room, subscriber.person, subscriber.held, subscriber.policy
    allowed = policy.allowed(room.served, at=at)
    shut = shut_on_the_way(room.catalogue, person.user)
    slots = open_slots(room.catalogue, held, allowed, shut=shut)
    options = room.catalogue.options(held, at=at)
    decision = decide(person.account, options, policy, served=room.served, slots=len(slots), at=at)
    if sign_in.forced_change is ForcedChange.NEXT_SIGN_IN_WITH_MFA and not options:
        # There is no second proof to give before the change, so one is registered first.
        return replace(
            decision,
            required_action=RequiredAction.MUST_REGISTER,
            missing=max(decision.missing, 1),
        )
    if (
        decision.required_action is RequiredAction.NONE
        and sign_in.nudged
        and lacks_stronger(room.catalogue, options, policy, served=room.served, at=at)
    ):
        left = snoozes_left(person.account, policy)
        action = RequiredAction.MUST_IMPROVE if left == 0 else RequiredAction.MAY_IMPROVE
        return replace(decision, required_action=action, snoozes=left)
    return decision


async def stand(ports: Ports, token: str, *, language: str | None = None, at: datetime) -> Standing:
    """Return where the sign-in of the browser with ``token`` stands.

    ``language`` is that of the page that asks, which the sign-in follows from here on.
    """
    found = await ports.sign_ins.by_token(token_digest(token))
    if found is not None and language is not None:
        found = replace(found, language=language)
    return await standing(ports, found, at=at)
