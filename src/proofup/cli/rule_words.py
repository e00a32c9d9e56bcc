"""What a rule can be set to, in words."""

from proofup.policy.rule import ALL, NONE, BadRuleError, Rule, RuleType


def why_bad(error: BadRuleError) -> str:
    """Return why the value does not fit, and what would."""
    if error.together is not None:
        return f"{error.text!r} does not fit the others: {error.together}"
    return f"{error.text!r} does not fit: it must be {_expected(error.rule)}."


def _expected(rule: Rule) -> str:
    match rule.type:
        case RuleType.FLAG:
            return "true or false"
        case RuleType.NUMBER:
            return f"a whole number from {rule.least} to {rule.greatest}"
        case RuleType.CHOICE:
            return " or ".join(rule.choices)
        case RuleType.TEXT:
            return f"text such as {rule.pattern}"
        case RuleType.WORDS:
            none = f" or {NONE}" if rule.can_be_empty else ""
            return f"some of {', '.join(sorted(rule.choices))}, with commas; or {ALL}{none}"
