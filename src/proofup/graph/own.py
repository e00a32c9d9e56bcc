"""The caller as the actor of changes to their own methods."""

from proofup.graph.call import Call
from proofup.policy.target import Target
from proofup.registration.ports import Actor
from proofup.values.ids import SessionId

NO_SESSION = SessionId("")  # a token is not a session of a browser: a change ends all of those


def own_actor(call: Call, target: Target) -> Actor:
    """Return the caller, who is ``target``, as the flows of registration take an actor."""
    actor = call.actor
    return Actor(
        id=actor.id,
        subscriber=target,
        session_id=NO_SESSION,
        epoch=actor.epoch,
        proofs=actor.proofs,
        correlation_id=actor.correlation_id,
        client=call.context.client,
        language=actor.language,
    )
