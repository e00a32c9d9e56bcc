"""Pages of the campaign, of what if a way went, and of hardware tokens in stock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from known_methods import METHODS
from pages.job_samples import AT, EVIL, OPENS, USER
from proofup.admin.campaign import RULES as OF_CAMPAIGN
from proofup.admin.importing_tokens import MOST_ROWS, Imported
from proofup.admin.rules import ORGANISATION
from proofup.administration.import_tokens import BadRow
from proofup.administration.rules_by_name import WAYS, named, rules_of
from proofup.directory.oath_tokens import HashAlgorithm, OathToken, Stocked
from proofup.directory.token_fields import COLUMNS
from proofup.directory.users import Account, Person
from proofup.policy.dependence import Dependence, Progress
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy
from proofup.values.ids import MethodId
from proofup.values.secret import Secret
from proofup.values.words import Said

PAGE: Mapping[str, Any] = {**OPENS, "is_done": False}
LIST: Mapping[str, Any] = {**PAGE, "is_first": True, "start": "", "following": "?after=x"}
RULES, VALUES = rules_of(METHODS), named(Policy(), METHODS)
LEFT = [
    Person(USER, Account(user_id=USER.id)),
    Person(USER, Account(user_id=USER.id, nudges=2, nudged_at=AT - timedelta(days=3))),
]
CAMPAIGN: Mapping[str, Any] = {
    **LIST,
    "rules_shown": [(RULES[name], VALUES[name]) for name in OF_CAMPAIGN],
    "is_on": True,
    "progress": Progress(
        is_whole=False, reached=9000, only_phones=1200, weaker=1, without=2, excluded=3
    ),
    "whom": "onlyPhones",
    "people": LEFT,
    "can_set": True,
    "kinds": METHODS.kinds,
    "of_organisation": ORGANISATION,
}
WITHOUT: Mapping[str, Any] = {
    **LIST,
    "dependence": None,
    "people": (),
    "following": None,
    "ways": list(RULES[WAYS].choices),
    "ticked": ["sms", "voiceMobile"],
    "off": [],
    "on": "",
    "is_wrong": False,
    "kinds": METHODS.kinds,
    "of_organisation": ORGANISATION,
}
ASKED: Mapping[str, Any] = {
    **WITHOUT,
    "off": ["sms", "voiceMobile"],
    "on": "2027-01-31",
    "people": LEFT,
    "following": "?way=sms&after=x",
    "dependence": Dependence(people=1_000_000, is_whole=False, dependent=1, administrators=1),
}
TOKEN = OathToken(
    id=MethodId("11d1c1a9-9f0e-4f6e-8b43-6c7e8ad0a006"),
    serial_number=EVIL,
    secret=Secret(b"k" * 20),
    algorithm=HashAlgorithm.SHA256,
    digits=8,
    manufacturer="Contoso",
    model="Key 5",
    added_at=AT,
)
STOCK: Mapping[str, Any] = {
    **LIST,
    "tokens": [Stocked(TOKEN), Stocked(TOKEN, USER.id, USER.user_principal_name)],
    "wanted": "A-1",
    "state": "free",
    "can_manage": True,
}
ONE: Mapping[str, Any] = {
    **PAGE,
    "token": TOKEN,
    "holder": None,
    "held": None,
    "can": frozenset(Permission),
    "is_active": False,
    "named": "",
    "problem": None,
    "can_manage": True,
    "can_give": True,
}
HELD: Mapping[str, Any] = {**ONE, "holder": USER, "held": {"last_used_at": None}}
DIALOG: Mapping[str, Any] = {
    **PAGE,
    "problem": None,
    "why": "",
    "typed": lambda _: "",
    "back": "/admin/tokens",
    "token": TOKEN,
    "columns": ",".join(COLUMNS),
    "most": MOST_ROWS,
}
BAD = [
    BadRow(2, "upn", Said("%(name)s has a token already.", {"name": EVIL})),
    BadRow(1, "file", Said("is not Base64.")),
]

POLICY_PAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "campaign": ("campaign", CAMPAIGN),
    "campaign-nobody": (
        "campaign",
        {**CAMPAIGN, "is_on": False, "people": (), "following": None, "can_set": False},
    ),
    "without": ("rules_without", WITHOUT),
    "without-wrong-day": ("rules_without", {**WITHOUT, "on": "2020-01-31", "is_wrong": True}),
    "without-some": ("rules_without", ASKED),
    "without-nobody": ("rules_without", {**ASKED, "people": (), "following": None}),
    "tokens": ("tokens", {**STOCK, "is_done": True}),
    "tokens-none": ("tokens", {**STOCK, "tokens": [], "wanted": "", "state": ""}),
    "tokens-none-found": ("tokens", {**STOCK, "tokens": [], "can_manage": False}),
    "token": ("token", ONE),
    "token-for-nobody": ("token", {**ONE, "named": EVIL, "problem": "who"}),
    "token-held": ("token", {**HELD, "held": {"last_used_at": AT}, "is_active": True}),
    "token-not-activated": ("token", HELD),
    "token-not-yours": ("token", {**HELD, "can": frozenset()}),
    "token-delete": ("token_delete", DIALOG),
    "tokens-import": ("tokens_import", DIALOG),
    **{
        f"tokens-import-{problem}": ("tokens_import", {**DIALOG, "problem": problem})
        for problem in ("tokens", "tooManyRows", "key")
    },
    "tokens-imported": ("tokens_imported", {**DIALOG, "imported": Imported(2, 1, BAD)}),
    "tokens-imported-all": ("tokens_imported", {**DIALOG, "imported": Imported(1, 0, ())}),
}
