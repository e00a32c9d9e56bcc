"""The rules that move people from weak methods to strong ones: ways that end, and the campaign."""

from typing import Annotated, TypeAlias

from msgspec import Meta

from proofup.policy.rule_choices import NUDGES, Nudge
from proofup.values.ways import Way
from proofup.values.words import marked

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

EndingWays: TypeAlias = Annotated[
    frozenset[Way],
    Meta(
        title=marked("Methods that end"),
        description=marked(
            "From the day below they are no longer allowed. Until then people who have nothing "
            "else are asked to set up another method, and are told the day."
        ),
    ),
]
WaysEndOn: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(\d{4}-\d{2}-\d{2})?$",
        title=marked("Day on which they end"),
        description=marked("Such as 2027-01-31, at 00:00 UTC; empty for no day."),
    ),
]
Whom: TypeAlias = Annotated[
    Nudge,
    Meta(
        title=marked("Who is asked to set up a stronger method"),
        description=marked(
            "At the end of a sign-in, until they have one. Nobody is asked who has a method "
            "that is as strong already."
        ),
        extra={"choices": NUDGES},
    ),
]
NudgeWays: TypeAlias = Annotated[
    frozenset[Way] | None,
    Meta(
        title=marked("What they are asked to set up"),
        description=marked("Any one of them is enough."),
    ),
]
NudgeExcluded: TypeAlias = Annotated[
    str,
    Meta(
        pattern=rf"^({UUID}(, *{UUID})*)?$",
        title=marked("Who is left out of the campaign"),
        description=marked(
            "Ids of groups and of people, with commas. Whoever has nothing but methods that "
            "end is told so all the same."
        ),
    ),
]
SnoozeDays: TypeAlias = Annotated[
    int,
    Meta(
        ge=0,
        le=14,
        title=marked("Days until they are asked again"),
        description=marked("0 asks at each sign-in."),
    ),
]
Snoozes: TypeAlias = Annotated[
    int,
    Meta(
        ge=0,
        le=50,
        title=marked("How often they may postpone it"),
        description=marked("Then it must be set up. With 0 it can always be postponed."),
    ),
]
