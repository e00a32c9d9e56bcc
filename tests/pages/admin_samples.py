"""Pages of the admin centre, each in one of its states: a template with its context."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from known_methods import METHODS
from pages.job_samples import AT, EVIL, OPENS, USER
from proofup.admin.caller import Progress
from proofup.admin.mfa import Outcome
from proofup.admin.rules import ORGANISATION
from proofup.administration.finding_roles import NamedRole
from proofup.administration.rules_by_name import named, rules_of
from proofup.administration.set_rules import NothingToRegisterError, TooManyMethodsError
from proofup.audit.entry import Entry
from proofup.audit.events.challenges import ChallengeSent
from proofup.audit.events.methods import MethodRemoved
from proofup.audit.events.sign_ins import SignedIn, SignInFailed
from proofup.challenges.receipts import Receipt
from proofup.directory.app_passwords import AppPassword, Digest
from proofup.directory.caller_checks import CallerCheck, CheckId, shown_word
from proofup.directory.devices import Device
from proofup.directory.invitations import Invitation, InvitedPerson
from proofup.directory.roles import GLOBAL_ADMINISTRATOR, Assignment, Holder
from proofup.directory.search import Filters, Listed
from proofup.directory.units import Unit
from proofup.directory.users import Account, MfaState, Person, UserType
from proofup.methods.protocol import CallStatus
from proofup.pages.pages import MY_APPS, SECURITY_INFO
from proofup.policy.approval import ApprovalRequest, RequestId, RequestState
from proofup.policy.impact import Impact
from proofup.policy.permissions import READING, Permission
from proofup.policy.roles import BUILT_IN, ROLES, DirectoryRole
from proofup.policy.rule import BadRuleError
from proofup.policy.rule_history import ChangeOfRules, RuleChange
from proofup.policy.rules import Policy
from proofup.values.client import Client
from proofup.values.ids import AppPasswordId, CorrelationId, DeviceId, UnitId, UserId
from proofup.values.messages import DeliveryState
from proofup.values.ways import Way

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE: Mapping[str, Any] = {**OPENS, "is_done": False}
LIST: Mapping[str, Any] = {**PAGE, "is_first": True, "following": "?after=x"}
GUEST = replace(
    USER,
    id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a12"),
    user_principal_name="a.rather.long.name.of.a.guest@a-rather-long-subdomain.fabrikam.test",
    display_name="Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh",
    user_type=UserType.GUEST,
    mail="a.rather.long.name.of.a.guest@a-rather-long-subdomain.fabrikam.test",
)
HELPER = replace(USER, id=UserId("0b1d3b7e-6d6f-4a9a-8f51-0f6f3c1c9a13"), display_name="Kim Larsen")
CALM = Account(user_id=USER.id)
TROUBLED = Account(
    user_id=USER.id,
    enabled=False,
    mfa_state=MfaState.ENFORCED,
    proofs_blocked_until=AT + 9 * DAY,
    changes_held_at=AT - DAY,
)
LISTED = [
    Listed(
        Person(replace(USER, mail=None), replace(CALM, mfa_state=MfaState.ENABLED)), has_method=True
    ),
    Listed(Person(HELPER, CALM), has_method=False),
    Listed(Person(GUEST, TROUBLED), has_method=True),
]
FOUND: Mapping[str, Any] = {
    **LIST,
    "people": LISTED,
    "count": None,
    "most_counted": 1000,
    "can_ask": True,
    "for_all": True,
    "kept": {"only": "only-phone"},
    "nobody": False,
    "sees_numbers": True,
    "wanted": "",
    "filters": Filters(),
    "only": "",
    "start": "",
}
NOBODY = {**FOUND, "people": [], "wanted": "nobody", "nobody": True, "following": None}

PHONE: Mapping[str, Any] = {
    "id": "11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a001",
    "kind": "phone",
    "slot": "phone.mobile",
    "ways": ["sms", "voiceMobile"],
    "extension": None,
    "full": "+XX XXXXXXXX42",
    "is_masked": True,
    "has_detail": True,
    "facts": {},
    "can_delete": True,
    "goes": True,
    "is_deactivated": False,
    "is_lasting": True,
    "last_used_at": AT - 3 * DAY,
    "created_at": AT - 90 * DAY,
}
KEY: Mapping[str, Any] = {
    **PHONE,
    "id": "11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a002",
    "kind": "fido2",
    "slot": "fido2.1",
    "ways": ["fido2"],
    "full": "Blue key",
    "is_masked": False,
    "facts": {"synced": "yes", "model": "Key 5"},
    "goes": False,
    "last_used_at": None,
}
TOKEN: Mapping[str, Any] = {
    **KEY,
    "id": "11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a005",
    "kind": "hardwareOath",
    "slot": "hardwareOath.1",
    "ways": ["hardwareOath"],
    "full": "A-2308-4471",
    "facts": {"serialNumber": "A-2308-4471", "model": "Feitian c200", "activated": "yes"},
    "is_deactivated": True,
}
DEVICE = Device(
    id=DeviceId("11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a003"),
    user_id=USER.id,
    epoch=0,
    secret_digest=b"",
    rotated_at=AT,
    remembered_at=AT - 9 * DAY,
    last_used_at=AT,
    client=Client(address="203.0.113.24", agent="Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"),
)
SESSION = SimpleNamespace(client=Client(address="198.51.100.7"), last_seen_at=AT - HOUR)
APP_PASSWORD = AppPassword(
    id=AppPasswordId("11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a004"),
    user_id=USER.id,
    name="Mail at home",
    digest=Digest("", b""),
    created_at=AT,
)
SMS = {"kind": "phone", "way": "sms", "masked": "+XX XXXXXXXX42"}
OATH = {"kind": "softwareOath", "way": "oath", "masked": "Robin's Pixel"}
CHECK = CallerCheck(
    id=CheckId("c-1"),
    user_id=USER.id,
    agent_id=HELPER.id,
    epoch=0,
    code="4821",
    word="KTMRWXPD",
    correlation_id=CorrelationId("c"),
    started_at=AT,
    expires_at=AT + 10 * HOUR,
)
PROVEN = replace(CHECK, proven_at=AT, proven_way=Way("sms"), proven_by="+XX XXXXXXXX42")


def _entry(event: Any, *, actor: str = USER.id, succeeded: bool = True) -> Entry:
    return Entry(
        at=AT - HOUR,
        event=event,
        actor=actor,
        target=USER.id,
        succeeded=succeeded,
        correlation_id=CorrelationId("4f6c2a1e-8d0b-4c57-9b3e-2d7a51c09e84"),
        network="2001:db8:85a3:8d3:1319:8a2e:370:7348",
    )


ENTRIES = [
    _entry(SignedIn(level="multiFactor", way="sms")),
    _entry(ChallengeSent(purpose="signIn", to="+XX XXXXXXXX42", way=Way("sms"))),
    _entry(ChallengeSent(purpose="signIn", to="+XX XXXXXXXX42", way=Way("voiceMobile"))),
    _entry(SignInFailed(because="wrongPassword"), actor="anonymous", succeeded=False),
    _entry(
        MethodRemoved(
            kind="softwareOath",
            was="Blue",
            now="",
            reason=EVIL,
            caller="sms +XX XXXXXXXX42",
            approved_by=HELPER.id,
        ),
        actor=HELPER.id,
    ),
    _entry(MethodRemoved(kind="phone", was="", now="", command="user reset"), actor="host"),
]
RECEIPTS = [
    None,
    Receipt(
        state=DeliveryState.FAILED,
        changed_at=AT - HOUR,
        sent_at=AT - HOUR,
        delivered_at=None,
        reason="absentSubscriber",
        call_status=None,
        is_answered=False,
    ),
    Receipt(
        state=DeliveryState.DELIVERED,
        changed_at=AT - HOUR,
        sent_at=AT - HOUR,
        delivered_at=AT - HOUR,
        reason=None,
        call_status=CallStatus.HUNG_UP,
        is_answered=True,
    ),
    None,
    None,
    None,
]
PERSON: Mapping[str, Any] = {
    **PAGE,
    "user": replace(USER, mail="robin@fabrikam.test", business_phones=["+1 425 555 0112"]),
    "account": replace(CALM, mfa_state=MfaState.ENFORCED),
    "can": frozenset(Permission),
    "reading": READING,
    "is_self": False,
    "check": None,
    "roles": ["Reports Reader", "Help desk (MFA) (Shops)"],
    "methods": [PHONE, KEY, TOKEN],
    "issued": ["temporaryAccessPass"],
    "slots": [
        {"kind": "phone", "name": "phone.alternateMobile", "page": "alternatePhone"},
        {"kind": "phone", "name": "phone.office", "page": "officePhone"},
        {"kind": "email", "name": "email", "page": "email"},
    ],
    "choices": 2,
    "default": SMS,
    "sessions": [SESSION],
    "devices": [DEVICE],
    "app_passwords": [APP_PASSWORD],
    "activity": ENTRIES,
    "receipts": RECEIPTS,
    "kinds": METHODS.kinds,
}
BARE = {
    **PERSON,
    "roles": [],
    "methods": [],
    "issued": [],
    "slots": [],
    "choices": 0,
    "default": None,
    "sessions": [],
    "devices": [],
    "app_passwords": [],
    "activity": [],
    "receipts": [],
}
ACT: Mapping[str, Any] = {
    **PAGE,
    "user": PERSON["user"],
    "account": PERSON["account"],
    "methods": PERSON["methods"],
    "sessions": [SESSION],
    "devices": [DEVICE],
    "app_passwords": [APP_PASSWORD],
    "check": None,
    "kinds": METHODS.kinds,
    "is_demanded": True,
}
ASKING = {
    **ACT,
    "done": False,
    "seen": "0" * 32,
    "problem": None,
    "asks_approval": False,
    "approval": None,
    "why": "",
}
DONE = {**ACT, "done": True}
REQUEST = ApprovalRequest(
    id=RequestId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d49"),
    requester=HELPER.id,
    user_id=USER.id,
    permission=Permission.RESET_METHODS,
    act="lost-device",
    document=b"{}",
    reason=EVIL,
    caller="sms +XX XXXXXXXX42",
    epoch=0,
    correlation_id=CorrelationId("c"),
    created_at=AT - HOUR,
    expires_at=AT + 23 * HOUR,
)
DECIDED = replace(
    REQUEST, state=RequestState.APPROVED, decided_by=USER.id, decided_at=AT, decision="I know her"
)
FOR_APPROVAL = {
    **ASKING,
    "approval": REQUEST,
    "requester": HELPER.display_name,
    "decider": "",
    "can_decide": True,
    "can_carry_out": False,
    "is_over": False,
}
COUNTRIES = [
    SimpleNamespace(code="GB", name="United Kingdom", calling_code=44),
    SimpleNamespace(code="GS", name="South Georgia & South Sandwich Islands", calling_code=500),
]
NEW_PHONE = {
    "kind": "phone",
    "slot": "phone.office",
    "folder": "phone",
    "countries": COUNTRIES,
    "typed": {"number": "", "region": "GB", "extension": ""},
    "is_activated_later": False,
}
NEW_TOKEN = {
    "kind": "hardwareOath",
    "slot": "hardwareOath",
    "folder": "hardware_oath",
    "typed": {"serialNumber": "A-1", "displayName": ""},
    "is_activated_later": True,
}
NEW_ADDRESS = {
    "kind": "email",
    "slot": "email",
    "folder": "email",
    "typed": {"mail": ""},
    "is_activated_later": False,
}
PASS = {"kind": "temporaryAccessPass", "folder": "temporary_access_pass", "wanted": {}}
ISSUED = {
    **PHONE,
    "kind": "temporaryAccessPass",
    "slot": "temporaryAccessPass",
    "ways": ["temporaryAccessPass"],
    "full": "",
}
# Each act with what its first page is told besides, and its second one.
ACTS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "lost_device": ({}, {"also": [KEY["id"]], "issued": ["temporaryAccessPass"]}),
    "require_registration": ({}, {}),
    "delete_method": ({"going": PHONE}, {"going": PHONE}),
    "revoke_sessions": ({}, {}),
    "delete_app_passwords": ({}, {}),
    "forget_browsers": ({}, {}),
    "reset_password": ({"hours": 24}, {"password": "Kutasebo-7294-mipo", "until": AT + DAY}),
    "force_password_change": ({"after": True}, {}),
    "invite_again": ({}, {"url": f"https://id.contoso.test/i#{'k7' * 22}", "until": AT + 7 * DAY}),
    "revoke_invitation": ({}, {}),
    "block_proofs": ({"days": ""}, {"until": AT + 90 * DAY}),
    "unblock_proofs": ({}, {}),
    "release_changes": ({}, {}),
    "allow_sign_in": ({}, {}),
    "stop_sign_in": ({}, {}),
    "token_deactivate": ({"going": TOKEN}, {"going": TOKEN}),
    "token_activate": ({"going": TOKEN}, {"going": TOKEN}),
    "add_method": (NEW_PHONE, {**NEW_PHONE, "added": {**PHONE, "slot": "phone.office"}}),
    "issue_method": (PASS, {**PASS, "issued": ISSUED, "secrets": ["Kutasebo7294"]}),
    "default_method": (
        {"options": [SMS, OATH], "chosen": "sms"},
        {"options": [SMS, OATH], "chosen": "oath"},
    ),
}
CALLER: Mapping[str, Any] = {
    **PAGE,
    "user": USER,
    "check": CHECK,
    "word": shown_word(CHECK.word),
    "check_url": "https://id.contoso.test/check",
    "asked": SimpleNamespace(typed=True, by_browser=False),
    "by_call": False,
    "progress": Progress(stage="delivered", wrong=1),
    "address": f"/admin/users/{USER.id}/caller/progress",
    "options": [SMS, OATH],
    "has_detail": True,
    "kinds": METHODS.kinds,
    "wanted": "lost-device",
    "trouble": None,
    "until": None,
    "wait": None,
}
CALLED = SimpleNamespace(typed=False, by_browser=False)
CALLS = ("unasked", "queued", "failed", "over", "ringing", "answered", "denied", "noAnswer")

CUSTOM = DirectoryRole(
    id="0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d50",
    name=EVIL,
    permissions=frozenset({Permission.READ_USERS}),
    acts_on=frozenset(),
    for_units=True,
)
UNIT = Unit(id=UnitId("0197a3f0-6c1e-7d30-9b52-3f6a1c0e8d51"), name=EVIL)
ROLE: Mapping[str, Any] = {
    **LIST,
    "role": ROLES[GLOBAL_ADMINISTRATOR],
    "is_built_in": True,
    "acts_on": [],
    "holders": [
        Holder(Person(USER, CALM), Assignment(role=GLOBAL_ADMINISTRATOR)),
        Holder(
            Person(GUEST, CALM),
            Assignment(role=GLOBAL_ADMINISTRATOR, unit=UNIT.id, expires_at=AT + DAY),
        ),
    ],
    "units": {UNIT.id: UNIT},
    "can_give": True,
}
HELD = NamedRole(role=CUSTOM.id, name=EVIL, unit_id=UNIT.id, unit=UNIT.name, until=AT + DAY)
FOR_GOOD = NamedRole(
    role=GLOBAL_ADMINISTRATOR, name="Global Administrator", unit_id=None, unit=None, until=None
)


def _typed(name: str) -> str:
    return {"who": "nobody@contoso.test", "unit": "Shpos", "until": "2020-01-01"}.get(name, "")


DIALOG: Mapping[str, Any] = {
    **PAGE,
    "problem": None,
    "why": "",
    "typed": lambda _: "",
    "back": "/admin/roles",
}
WRONG: Mapping[str, Any] = {**DIALOG, "typed": _typed, "why": "x"}
GIVING: Mapping[str, Any] = {"user": USER, "roles": list(BUILT_IN)}
MAKING: Mapping[str, Any] = {"permissions": list(Permission)}
ADDING: Mapping[str, Any] = {"unit": UNIT, "names": EVIL, "unknown": [EVIL]}
LANDING: Mapping[str, Any] = {"landings": (MY_APPS, SECURITY_INFO), "chosen": MY_APPS}
INVITED = [
    InvitedPerson(
        Invitation(
            token_digest=b"",
            user_id=one.id,
            mail=one.mail,
            made_at=AT - DAY,
            expires_at=AT + 6 * DAY,
        ),
        one,
    )
    for one in (GUEST, USER)
]

RULES = rules_of(METHODS)
BEFORE = named(Policy(), METHODS)
TOPICS = {
    topic: [one for one in RULES.values() if (one.topic or ORGANISATION) == topic]
    for topic in dict.fromkeys(one.topic or ORGANISATION for one in RULES.values())
}
SAID: Mapping[str, Any] = {"kinds": METHODS.kinds, "of_organisation": ORGANISATION}
CHANGED = ChangeOfRules(
    id="e-1",
    at=AT - HOUR,
    actor=USER.id,
    reason=EVIL,
    rules=(
        RuleChange(rule="graceDays", was="default", now="30"),
        RuleChange(rule="ways", was="all", now="sms, oath"),
        RuleChange(rule="goneMeanwhile", was="1", now="2"),
    ),
)
ALL_RULES: Mapping[str, Any] = {
    **PAGE,
    **SAID,
    "topics": TOPICS,
    "values": BEFORE,
    "latest": {"graceDays": CHANGED},
    "users": {USER.id: USER},
    "can_set": True,
}
CHANGE: Mapping[str, Any] = {
    **PAGE,
    **SAID,
    "topics": {ORGANISATION: TOPICS[ORGANISATION]},
    "texts": {one.name: one.text(BEFORE[one.name]) for one in TOPICS[ORGANISATION]},
    "values": BEFORE,
    "seen": "0",
    "why": "",
    "bad": {},
    "refused": None,
    "problem": None,
    "latest": [],
    "users": {},
}
BAD = {one.name: BadRuleError(one, "x") for one in TOPICS[ORGANISATION]}
LOOKED_AT: Mapping[str, Any] = {
    **PAGE,
    **SAID,
    "changing": [(RULES["graceDays"], 14, 30), (RULES["ways"], None, ["sms", "oath"])],
    "texts": {"graceDays": "30"},
    "impact": Impact(
        people=1_000_000,
        is_whole=False,
        asked=9000,
        released=1,
        must_register=1,
        may_register=2,
        must_choose=12_345,
        locked_out=1,
    ),
    "counted_on": None,
    "seen": "0",
    "why": "",
    "problem": None,
}
HISTORY: Mapping[str, Any] = {
    **LIST,
    **SAID,
    "changes": [CHANGED, replace(CHANGED, actor="host"), replace(CHANGED, actor="gone")],
    "rules": RULES,
    "users": {USER.id: USER},
    "can_set": True,
    "seen": "0",
}
LOG: Mapping[str, Any] = {
    **LIST,
    "entries": ENTRIES,
    "users": {USER.id: USER, HELPER.id: GUEST},
    "asked": dict.fromkeys(
        ("about", "id", "event", "result", "way", "network", "since", "until"), ""
    ),
    "problem": None,
    "words": ["methodRemoved", "signInFailed", "signedIn"],
    "kinds": METHODS.kinds,
}
NOTHING_FOUND = {**LOG, "entries": [], "is_first": False, "following": None}
CONFIRM: Mapping[str, Any] = {
    **PAGE,
    "allowed": [LISTED[0].person, LISTED[2].person],
    "refused": [LISTED[1].person],
    "boxes": [],
    "problem": None,
    "why": "",
    "demand": "everyone",
}
OUTCOMES = [
    Outcome(
        user=USER,
        done=[
            ("was", "disabled"),
            ("cleared", "phone +XX XXXXXXXX42, hardwareOath A-1 (deactivated)"),
        ],
    ),
    Outcome(user=GUEST, done=[("unchanged", "enforced"), ("appPasswords", "2"), ("browsers", "1")]),
    Outcome(user=HELPER, done=[("cleared", "")]),
    *(Outcome(user=HELPER, problem=one) for one in ("refused", "first", "changed")),
]

ADMIN_PAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "users": ("people", FOUND),
    "users-counted": ("people", {**FOUND, "count": 1001, "is_first": False}),
    "users-none": ("people", NOBODY),
    "mfa": ("mfa", {**FOUND, "can_set": True, "can_settle": True}),
    "mfa-none": ("mfa", {**NOBODY, "can_set": False, "can_settle": False}),
    **{
        f"mfa-{step}": ("mfa_confirm", {**CONFIRM, "step": step})
        for step in ("enable", "enforce", "disable", "settings")
    },
    "mfa-no-box": ("mfa_confirm", {**CONFIRM, "step": "settings", "problem": "boxes"}),
    "mfa-nobody": ("mfa_confirm", {**CONFIRM, "step": "disable", "allowed": []}),
    "mfa-done": (
        "mfa_done",
        {**PAGE, "step": "enforce", "outcomes": OUTCOMES, "boxes": ["again"]},
    ),
    "person": ("person", PERSON),
    "person-troubled": ("person", {**PERSON, "account": TROUBLED, "check": PROVEN}),
    "person-guest": ("person", {**PERSON, "user": GUEST}),
    "person-bare": ("person", BARE),
    "person-oneself": ("person", {**PERSON, "is_self": True, "can": READING}),
    "person-beyond": ("person", {**BARE, "can": frozenset({Permission.READ_USERS})}),
    **{
        f"act-{name.replace('_', '-')}": (name, {**ASKING, **first})
        for name, (first, _) in ACTS.items()
    },
    **{
        f"act-{name.replace('_', '-')}-done": (name, {**DONE, **second})
        for name, (_, second) in ACTS.items()
    },
    "act-no-reason": ("lost_device", {**ASKING, "problem": "reason", "check": PROVEN}),
    "act-nothing": (
        "require_registration",
        {**ASKING, "methods": [], "sessions": [], "devices": [], "is_demanded": False},
    ),
    "act-bad-days": ("block_proofs", {**ASKING, "problem": "days", "days": "x"}),
    "act-bad-code": ("token_activate", {**ASKING, "going": TOKEN, "problem": "code"}),
    "act-give-token": ("add_method", {**ASKING, **NEW_TOKEN}),
    "act-give-token-unknown": ("add_method", {**ASKING, **NEW_TOKEN, "problem": "unknown"}),
    "act-give-token-guest": ("add_method", {**ASKING, **NEW_TOKEN, "problem": "guest"}),
    "act-give-token-done": ("add_method", {**DONE, **NEW_TOKEN, "added": TOKEN}),
    "act-add-address": ("add_method", {**ASKING, **NEW_ADDRESS}),
    "act-bad-number": ("add_method", {**ASKING, **NEW_PHONE, "problem": "number"}),
    "act-last-method": ("delete_method", {**ASKING, "methods": [PHONE], "going": PHONE}),
    "act-for-approval": ("lost_device", {**ASKING, "asks_approval": True}),
    "approval": ("lost_device", FOR_APPROVAL),
    "approval-no-reason": ("lost_device", {**FOR_APPROVAL, "problem": "reason"}),
    "approval-own": ("lost_device", {**FOR_APPROVAL, "can_decide": False}),
    "approval-approved": (
        "lost_device",
        {
            **FOR_APPROVAL,
            "approval": DECIDED,
            "decider": "Robin",
            "can_decide": False,
            "can_carry_out": True,
        },
    ),
    "approvals": (
        "approvals",
        {
            **PAGE,
            "waiting": [
                {
                    "approval": REQUEST,
                    "act": "require re-registration",
                    "requester": EVIL,
                    "user": EVIL,
                    "is_over": False,
                }
            ],
            "own": [
                {
                    "approval": replace(REQUEST, state=state),
                    "act": "issue a pass",
                    "requester": "Kim",
                    "user": GUEST.display_name,
                    "is_over": is_over,
                }
                for state in RequestState
                for is_over in (False, True)
            ],
        },
    ),
    "approvals-none": ("approvals", {**PAGE, "waiting": [], "own": []}),
    "caller": ("caller", {**CALLER, "check": None, "asked": None, "progress": None}),
    "caller-typed": ("caller", CALLER),
    "caller-passkey": (
        "caller",
        {**CALLER, "asked": SimpleNamespace(typed=True, by_browser=True)},
    ),
    "caller-limit": (
        "caller",
        {**CALLER, "trouble": "limit", "until": AT + HOUR, "wait": None},
    ),
    "caller-no-method": ("caller", {**CALLER, "check": None, "asked": None, "options": []}),
    **{
        f"caller-{stage}": (
            "caller",
            {
                **CALLER,
                "asked": None
                if stage == "unasked"
                else SimpleNamespace(typed=False, by_browser=False),
                "by_call": stage != "unasked",
                "progress": Progress(stage=stage),
            },
        )
        for stage in CALLS
    },
    "caller-proven": ("caller", {**CALLER, "check": PROVEN}),
    "guests": ("guests", {**LIST, "invited": INVITED, "can_invite": True}),
    "guests-none": ("guests", {**LIST, "invited": [], "can_invite": False, "following": None}),
    "guest-invite": ("guest_invite", {**DIALOG, **LANDING}),
    **{
        f"guest-invite-{problem}": ("guest_invite", {**WRONG, **LANDING, "problem": problem})
        for problem in ("name", "mail", "taken", "message", "reason")
    },
    "roles": (
        "roles",
        {
            **PAGE,
            "built_in": BUILT_IN,
            "custom": [CUSTOM],
            "every": len(Permission),
            "can_make": True,
        },
    ),
    "role": ("role", ROLE),
    "role-custom": (
        "role",
        {**ROLE, "role": CUSTOM, "is_built_in": False, "acts_on": ["Reports Reader"]},
    ),
    "role-nobody": ("role", {**ROLE, "holders": [], "is_done": True, "can_give": False}),
    "role-give": ("role_give", {**DIALOG, "role": CUSTOM}),
    **{
        f"role-give-{problem}": ("role_give", {**WRONG, "role": CUSTOM, "problem": problem})
        for problem in ("who", "unit", "noUnits", "until", "stale")
    },
    "role-give-to": ("role_give_to", {**DIALOG, **GIVING}),
    "role-take": ("role_take", {**DIALOG, "user": USER, "held": HELD}),
    "role-take-last": (
        "role_take",
        {**WRONG, "user": USER, "held": FOR_GOOD, "problem": "last"},
    ),
    "role-make": ("role_make", {**DIALOG, **MAKING}),
    **{
        f"role-make-{problem}": ("role_make", {**WRONG, **MAKING, "problem": problem})
        for problem in ("name", "taken", "permissions")
    },
    "role-delete": ("role_delete", {**DIALOG, "role": CUSTOM}),
    "role-delete-held": ("role_delete", {**WRONG, "role": CUSTOM, "problem": "held"}),
    "person-roles": (
        "person_roles",
        {
            **PAGE,
            "user": USER,
            "held": [HELD, FOR_GOOD],
            "can_give": True,
            "takeable": {CUSTOM.id},
            "is_done": True,
        },
    ),
    "person-no-roles": (
        "person_roles",
        {**PAGE, "user": USER, "held": [], "can_give": False, "takeable": set()},
    ),
    "units": ("units", {**LIST, "units": [UNIT], "can_manage": True}),
    "units-none": ("units", {**LIST, "units": [], "can_manage": False, "following": None}),
    "unit": ("unit", {**LIST, "unit": UNIT, "members": [USER, GUEST], "can_manage": True}),
    "unit-nobody": ("unit", {**LIST, "unit": UNIT, "members": [], "can_manage": True}),
    "unit-make": ("unit_make", DIALOG),
    "unit-make-taken": ("unit_make", {**WRONG, "problem": "taken"}),
    "unit-add": ("unit_add", {**DIALOG, **ADDING, "names": "", "unknown": []}),
    **{
        f"unit-add-{problem}": ("unit_add", {**WRONG, **ADDING, "problem": problem})
        for problem in ("who", "names")
    },
    "unit-remove": ("unit_remove", {**DIALOG, "unit": UNIT, "user": USER}),
    "unit-delete": ("unit_delete", {**DIALOG, "unit": UNIT}),
    "rules": ("rules", {**ALL_RULES, "is_done": True}),
    "rules-change": ("rules_change", CHANGE),
    "rules-change-bad": ("rules_change", {**CHANGE, "bad": BAD}),
    "rules-change-stale": (
        "rules_change",
        {**CHANGE, "problem": "stale", "latest": [CHANGED], "users": {USER.id: USER}},
    ),
    "rules-change-nothing": ("rules_change", {**CHANGE, "problem": "nothing"}),
    "rules-change-refused": (
        "rules_change",
        {**CHANGE, "refused": NothingToRegisterError([Way("sms"), Way("oath")])},
    ),
    "rules-change-too-many": ("rules_change", {**CHANGE, "refused": TooManyMethodsError(3, 2)}),
    "rules-confirm": ("rules_confirm", LOOKED_AT),
    "rules-confirm-a-day": ("rules_confirm", {**LOOKED_AT, "counted_on": AT + 99 * DAY}),
    "rules-confirm-harmless": (
        "rules_confirm",
        {**LOOKED_AT, "impact": Impact(people=3, is_whole=True), "problem": "proof"},
    ),
    "rules-history": ("rules_history", HISTORY),
    "rules-history-none": ("rules_history", {**HISTORY, "changes": [], "following": None}),
    "sign-ins": ("sign_ins", LOG),
    "sign-ins-none": ("sign_ins", NOTHING_FOUND),
    "sign-ins-wrong": ("sign_ins", {**NOTHING_FOUND, "problem": "network"}),
    "logs": ("logs", LOG),
    "logs-alone": ("logs", {**LOG, "opens": frozenset({Permission.READ_AUDIT_LOG})}),
    "logs-none": ("logs", NOTHING_FOUND),
    "logs-wrong": ("logs", {**NOTHING_FOUND, "problem": "since"}),
}
