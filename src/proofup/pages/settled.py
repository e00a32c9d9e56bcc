"""Puts into a template, as it is compiled, whatever will be the same each time it is rendered."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

MARK, FORMATTED = "_", "gettext"  # what ``_("…")`` and ``{% trans %}`` call: Jinja's own names
FACT = re.compile(r"%\((\w+)\)s")
PLAIN = (str, bool, int, type(None))  # what can be written into a compiled template


class Settled(NodeTransformer):
    """Replaces names with a settled value, their attributes, and calls that ask nothing else.

    A call is one of a settled function, or of a macro that another template brings: without the
    context of the page it knows what it is told, and what is settled. Arguments of a macro stand
    before a settled name, as they do when it is called.
    """

    def __init__(self, environment: Environment, values: Mapping[str, Any]) -> None:
        self._environment = environment
        self._values = dict(values)
        self._imports: Mapping[str, str] = {}

    def put_into(self, source: nodes.Template) -> nodes.Template:
        """Return ``source`` with everything put in."""
        self._imports = {
            found.target: found.template.value
            for found in source.find_all(nodes.Import)
            if isinstance(found.template, nodes.Const) and not found.with_context
        }
        changed: nodes.Template = self.visit(source)
        return changed

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Leave alone what the arguments of a macro hide."""
        outside = self._values
        hidden = {argument.name for argument in node.args}
        self._values = {name: value for name, value in outside.items() if name not in hidden}
        self.generic_visit(node)
        self._values = outside
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Put in what a call is told; the call itself has a body that nobody knows yet."""
        self.generic_visit(node.call)
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Return the value of a name."""
        value = self._values.get(node.name, self)
        return _const(value, node) if node.ctx == "load" and isinstance(value, PLAIN) else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Return the attribute of a settled object."""
        if isinstance(node.node, nodes.Name) and node.node.name in self._values:
            value = self._environment.getattr(self._values[node.node.name], node.attr)
            if isinstance(value, PLAIN):
                return _const(value, node)
        return self.generic_visit(node)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Write out a sentence with facts in it: its words are settled, whatever the facts are."""
        self.generic_visit(node)
        node.nodes = [part for child in node.nodes for part in self._parts(child)]
        return node

    def _parts(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        match node:
            case nodes.Call(
                node=nodes.Name(name=name), args=[nodes.Const(value=str(english))], kwargs=facts
            ) if name == FORMATTED and facts and name in self._values:
                told = {fact.key: fact.value for fact in facts}
                for number, part in enumerate(FACT.split(self._values[MARK](english))):
                    if number % 2:
                        yield told[part]
                    else:
                        yield nodes.TemplateData(part.replace("%%", "%"), lineno=node.lineno)
            case _:
                yield node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """Return what a call answers that is told nothing but constants."""
        self.generic_visit(node)
        told = [*node.args, *(keyword.value for keyword in node.kwargs)]
        if (
            node.dyn_args
            or node.dyn_kwargs
            or not all(isinstance(one, nodes.Const) for one in told)
        ):
            return node
        function = self._function(node.node)
        if function is None:
            return node
        named = {keyword.key: keyword.value.as_const() for keyword in node.kwargs}
        return _const(function(*(one.as_const() for one in node.args), **named), node)

    def _function(self, called: nodes.Node) -> Any:
        match called:
            case nodes.Name(name=name):
                return self._values.get(name)
            case nodes.Getattr(node=nodes.Name(name=name), attr=macro) if name in self._imports:
                brought = self._environment.get_template(self._imports[name]).module
                return getattr(brought, macro)
        return None


def _const(value: object, at: nodes.Node) -> nodes.Const:
    return nodes.Const(value, lineno=at.lineno)
