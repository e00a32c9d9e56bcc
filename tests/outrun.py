"""A store whose first write loses a race against another request."""

from msgspec.structs import replace

from proofup.challenges.room import Room
from proofup.values.changes import Change


def outrun(room: Room, by: Exception) -> Room:
    """Return ``room`` with a commit that raises ``by`` once and then works normally."""
    left = [by]

    async def commit(*changes: Change) -> None:
        if left:
            raise left.pop()
        await room.commit(*changes)

    return replace(room, commit=commit)
