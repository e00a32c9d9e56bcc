"""What a rule is: its name, what may be set, its default, and what it means in words.

A field of ``Policy``, a field of a method's configuration and a limit describe themselves, so that
pages and commands show a new rule without a change of their own.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    EnumType,
    FrozenSetType,
    IntType,
    Metadata,
    StrType,
    type_info,
)
from msgspec.structs import FieldInfo, fields, replace

from proofup.policy.limits import Limit
from proofup.values.errors import ProofupError

ALL = "all"
NONE = "none"
DEFAULT = "default"  # the word that takes back what was set
LONGEST_NUMBER = 9  # digits
YES, NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class RuleType(StrEnum):
    """What the value of a rule is."""

    FLAG = "flag"
    NUMBER = "number"
    CHOICE = "choice"
    WORDS = "words"  # some of ``choices``
    TEXT = "text"  # whatever fits ``pattern``


class Rule(Struct, frozen=True, kw_only=True):
    """One rule as it is described.

    ``topic`` is empty for a rule of the organisation, ``limits``, or a kind of method. ``title``
    and ``help`` are marked words. ``choices`` are the words that may be set, with what each means;
    an empty meaning is for the page to know. Of the words, all may be set, which is stored as None;
    or none of them, if ``can_be_empty``.
    """

    name: str
    topic: str
    type: RuleType
    default: Any
    title: str
    help: str = ""
    least: int = 0
    greatest: int = 0
    choices: Mapping[str, str] = {}
    can_be_empty: bool = False
    pattern: str = ""

    @property
    def own_name(self) -> str:
        """The name within the topic."""
        return self.name.rpartition(".")[2]

    def read(self, text: str) -> Any:
        """Return the plain value that is written as ``text``. Raises BadRuleError."""
        text = text.strip()
        if text == DEFAULT:
            return self.default
        if self.type is RuleType.FLAG:
            return self._flag(text.lower())
        if self.type is RuleType.NUMBER:
            return self._number(text)
        if self.type is RuleType.CHOICE:
            return self._known(text, text)
        return self._fitting(text) if self.type is RuleType.TEXT else self._some(text)

    def text(self, value: Any) -> str:
        """Return ``value`` as ``read`` takes it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.type is RuleType.WORDS:
            return ALL if value is None else ", ".join(sorted(value)) or NONE
        return str(value)

    def _flag(self, text: str) -> bool:
        if text not in YES | NO:
            raise BadRuleError(self, text)
        return text in YES

    def _number(self, text: str) -> int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
        if not is_number or not self.least <= int(text) <= self.greatest:
            raise BadRuleError(self, text)
        return int(text)

    def _fitting(self, text: str) -> str:
        if re.search(self.pattern, text) is None:
            raise BadRuleError(self, text)
        return text

    def _some(self, text: str) -> list[str] | None:
        words = [word.strip() for word in text.split(",") if word.strip()]
        if words == [ALL]:
            return sorted(self.choices) if self.can_be_empty else None
        if words == [NONE] and self.can_be_empty:
            return []
        if not words:
            raise BadRuleError(self, text)
        return sorted({self._known(word, text) for word in words})

    def _known(self, word: str, text: str) -> str:
        if word not in self.choices:
            raise BadRuleError(self, text)
        return word


class BadRuleError(ProofupError):
    """``rule`` cannot have the value ``text``, which ``together`` with others of it breaks a rule.

    ``together`` is marked words, or None where the value itself does not fit.
    """

    def __init__(self, rule: Rule, text: str, together: str | None = None) -> None:
        super().__init__(rule.name, text, together)
        self.rule = rule
        self.text = text
        self.together = together

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.rule.name


def rules_of_type(described: type[Struct], topic: str) -> Iterator[Rule]:
    """Yield the rules that are fields of ``described``; one without a plain default is none."""
    for field in fields(described):
        if field.default is not msgspec.NODEFAULT:
            yield _rule_of_field(field, topic)


def rule_of_limit(limit: Limit, topic: str) -> Rule:
    """Return the rule that sets the figure of ``limit``."""
    least, greatest = limit.bounds or (limit.figure, limit.figure)
    return Rule(
        name=f"{topic}.{limit.name}",
        topic=topic,
        type=RuleType.NUMBER,
        default=limit.figure,
        title=limit.says or limit.name,
        least=least,
        greatest=greatest,
    )


def _rule_of_field(field: FieldInfo, topic: str) -> Rule:
    about: Mapping[str, Any] = {}
    told: Mapping[str, Any] = {}
    found = type_info(field.type)
    if isinstance(found, Metadata):
        about, told, found = found.extra_json_schema or {}, found.extra or {}, found.type
    name = field.encode_name
    rule = Rule(
        name=f"{topic}.{name}" if topic else name,
        topic=topic,
        type=RuleType.WORDS,
        default=msgspec.to_builtins(field.default),
        title=about.get("title", name),
        help=about.get("description", ""),
        choices=told.get("choices", {}),
    )
    match found:
        case BoolType():
            return replace(rule, type=RuleType.FLAG)
        case IntType(ge=least, le=greatest):
            return replace(rule, type=RuleType.NUMBER, least=least or 0, greatest=greatest or 0)
        case EnumType(cls=cls):
            meanings = {str(one.value): rule.choices.get(one.value, "") for one in cls}
            return replace(rule, type=RuleType.CHOICE, choices=meanings)
        case StrType(pattern=pattern):
            return replace(rule, type=RuleType.TEXT, pattern=pattern or "")
        case _:  # of a set that may be None, None stands for all
            return replace(rule, can_be_empty=isinstance(found, FrozenSetType))
