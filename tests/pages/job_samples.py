"""Pages about jobs, each in one of its states: a template of the admin centre with its context."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from proofup.admin.asking_jobs import Whom
from proofup.admin.jobs import Shown
from proofup.administration.job import Because, Item, ItemState, Job, JobId, JobState
from proofup.directory.users import User
from proofup.policy.actor import Actor
from proofup.policy.permissions import Permission
from proofup.values.ids import CorrelationId, UserId

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVIL = "=cmd<script>alert(1)</script>\u202eevil"
OPENS: Mapping[str, Any] = {
    "opens": frozenset(Permission),
    "invites": True,
    "has_jobs": True,
    "sees_tokens": True,
    "approves": True,
}
USER = User(
    id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a11"),
    user_principal_name="robin.ashby@contoso.test",
    display_name=EVIL,
    created_at=AT,
)
JOB = Job(
    id=JobId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d48"),
    act="reset-methods",
    wishes={},
    reason="Stolen lorry, ticket 4711",
    actor=Actor(id=USER.id, correlation_id=CorrelationId("c")),
    started_at=AT,
)
NAMED = Item(
    number=1,
    name=USER.user_principal_name,
    user_id=USER.id,
    lines=("phone +XX XXXXXX67", "hardwareOath A-1 (deactivated)"),
)
ITEMS = [
    NAMED,
    replace(NAMED, number=2, lines=()),
    Item(number=3, name=EVIL, state=ItemState.FAILED, because=Because.UNKNOWN),
    replace(NAMED, number=4, state=ItemState.DONE, because=Because.SLOT_TAKEN),
    replace(NAMED, number=5, state=ItemState.UNDONE),
    replace(NAMED, number=6, lines=("disabled -> enforced",), state=ItemState.DONE),
    replace(NAMED, number=7, lines=("Chrome, Windows",), state=ItemState.DONE),
]
COUNTS = dict.fromkeys(ItemState, 0) | {ItemState.WAITING: 940, ItemState.DONE: 60}
NEW: Mapping[str, Any] = {
    "acts": {"reset-methods": {}, "set-mfa-state": {"state": ["enabled"]}},
    "act": "",
    "state": "",
    "names": "",
    "why": "",
    "problem": None,
}


def _shown(state: JobState, **counts: int) -> Shown:
    many = COUNTS | {ItemState(name): count for name, count in counts.items()}
    return Shown(job=replace(JOB, state=state), counts=many, by=EVIL)


def _job(state: JobState, **more: Any) -> tuple[str, Mapping[str, Any]]:
    facts = {
        "shown": _shown(state, failed=1),
        "is_at_work": state in {JobState.CHECKING, JobState.RUNNING, JobState.UNDOING},
        "may_run": state is JobState.READY,
        "may_stop": state in {JobState.CHECKING, JobState.READY, JobState.RUNNING},
        "undo_until": AT if state is JobState.FINISHED else None,
        "items": ITEMS,
        "only_failed": False,
        "is_late": False,
        "is_first": True,
        "following": 7,
    }
    return "job", {**OPENS, **facts, **more}


JOB_PAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "jobs": (
        "jobs",
        {
            **OPENS,
            "jobs": [_shown(one) for one in JobState],
            "asks": True,
            "is_first": True,
            "following": JOB.id,
        },
    ),
    "jobs-none": (
        "jobs",
        {**OPENS, "jobs": [], "asks": False, "is_first": False, "following": None},
    ),
    "new-job": ("new_job", {**OPENS, **NEW, "whom": Whom()}),
    "new-job-refused": ("new_job", {**OPENS, **NEW, "whom": Whom(), "problem": "names"}),
    "new-job-picked": ("new_job", {**OPENS, **NEW, "whom": Whom(picked=[USER])}),
    "new-job-all": ("new_job", {**OPENS, **NEW, "whom": Whom(search={"only": "only-phone"})}),
    "job-checking": _job(JobState.CHECKING, items=[]),
    "job-ready": _job(JobState.READY),
    "job-running": _job(JobState.RUNNING),
    "job-finished": _job(JobState.FINISHED, is_late=True),
    "job-failures": _job(JobState.STOPPED, only_failed=True, is_first=False, following=None),
    "job-undoing": _job(JobState.UNDOING),
    "job-undone": _job(JobState.UNDONE),
}
