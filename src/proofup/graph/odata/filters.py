"""Reading ``$filter``: a parser by recursive descent, with a bound on its depth."""

from collections.abc import Callable, Sequence

from proofup.graph.odata.errors import QueryError
from proofup.graph.odata.expressions import (
    AnyItem,
    Compare,
    Either,
    Every,
    Expression,
    Literal,
    Match,
    Not,
    Within,
)
from proofup.graph.odata.tokens import END, Token, tokens_of

DEEPEST = 10  # brackets, negations and lambdas in each other (security row AD7)
OPERATORS = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "has"})
FUNCTIONS = frozenset({"startswith", "endswith", "contains"})
CONSTANTS = {"true": True, "false": False, "null": None}


def read_filter(text: str) -> Expression:
    """Return what ``text`` says. Raises QueryError."""
    parser = _Parser(tokens_of(text))
    found = parser.either()
    parser.expect("end")
    return found


class _Parser:
    """Reads words from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._item: str | None = None

    def either(self) -> Expression:
        """Read what ``or`` joins."""
        parts = self._joined("or", self._every)
        return parts[0] if len(parts) == 1 else Either(parts)

    def expect(self, kind: str, text: str = "") -> Token:
        """Read a word of this kind."""
        token = self._next()
        if token.kind != kind or (text and token.text != text):
            raise self._unexpected(token)
        return token

    def _every(self) -> Expression:
        parts = self._joined("and", self._negated)
        return parts[0] if len(parts) == 1 else Every(parts)

    def _joined(self, word: str, read: Callable[[], Expression]) -> list[Expression]:
        parts = [read()]
        while self._took("name", word):
            parts.append(read())
        return parts

    def _negated(self) -> Expression:
        if self._took("name", "not") or self._took("name", "NOT"):
            return self._deeper(lambda: Not(self._negated()))
        return self._simple()

    def _simple(self) -> Expression:
        if self._took("sign", "("):
            found = self._deeper(self.either)
            self.expect("sign", ")")
            return found
        name = self.expect("name")
        if name.text.lower() in FUNCTIONS and self._took("sign", "("):
            return self._match(name.text.lower())
        if name.text.endswith("/any") and self._took("sign", "("):
            return self._deeper(lambda: self._any(self._field(name).removesuffix("/any")))
        return self._comparison(name)

    def _match(self, function: str) -> Expression:
        field = self._field(self.expect("name"))
        self.expect("sign", ",")
        text = self._literal()
        if not isinstance(text, str):
            raise self._unexpected(self._tokens[self._at - 1])
        self.expect("sign", ")")
        found = Match(function, field, text)
        if not self._took("name", "eq"):
            return found
        truth = self._literal()
        if not isinstance(truth, bool):
            raise self._unexpected(self._tokens[self._at - 1])
        return found if truth else Not(found)

    def _any(self, field: str) -> Expression:
        if self._took("sign", ")"):
            return AnyItem(field, None)
        variable = self.expect("name")
        self.expect("sign", ":")
        before, self._item = self._item, variable.text
        said = self.either()
        self._item = before
        self.expect("sign", ")")
        return AnyItem(field, said)

    def _comparison(self, name: Token) -> Expression:
        field, operator = self._field(name), self.expect("name")
        if operator.text == "in":
            return Within(field, self._list())
        if operator.text not in OPERATORS:
            raise self._unexpected(operator)
        return Compare(field, operator.text, self._literal())

    def _list(self) -> list[Literal]:
        self.expect("sign", "(")
        values = [self._literal()]
        while self._took("sign", ","):
            values.append(self._literal())
        self.expect("sign", ")")
        return values

    def _literal(self) -> Literal:
        token = self._next()
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "date" | "guid":
                return token.text
            case "number":
                return float(token.text) if "." in token.text else int(token.text)
            case "name" if token.text in CONSTANTS:
                return CONSTANTS[token.text]
        raise self._unexpected(token)

    def _field(self, name: Token) -> str:
        """Return the name of a field; the item of a lambda has none."""
        if name.text in CONSTANTS:
            raise self._unexpected(name)
        if self._item is None:
            return name.text
        first, _, rest = name.text.partition("/")
        if first != self._item:
            raise self._unexpected(name)
        return rest

    def _deeper(self, read: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"The filter is deeper than {DEEPEST} levels."
            raise QueryError(message)
        found = read()
        self._depth -= 1
        return found

    def _took(self, kind: str, text: str) -> bool:
        """Read the next word if it is this one."""
        here = self._tokens[self._at] if self._at < len(self._tokens) else END
        if (here.kind, here.text) != (kind, text):
            return False
        self._at += 1
        return True

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            return END
        self._at += 1
        return self._tokens[self._at - 1]

    def _unexpected(self, token: Token) -> QueryError:
        if token is END:
            return QueryError("The filter ends too early.")
        return QueryError(f"Syntax error at position {token.place}: {token.text[:40]!r}.")
