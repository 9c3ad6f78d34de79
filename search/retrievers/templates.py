"""Templates of parameters: Jinja expressions over `INPUT`, in a sandbox of few words.

A template that is one expression gives its value; one with more around it gives a text.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from core.errors import InputError
from search.retrievers.template_filters import (
    BUDGET,
    FILTERS,
    TESTS,
    Budget,
    add,
    is_missing,
    subtract,
    within,
)

INPUT = "INPUT"
LONGEST_TEMPLATE = 2000
DEEPEST = 20
_MARKS = ("{{", "{%", "{#")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr,
    nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.And, nodes.Or,
    nodes.Not, nodes.Neg, nodes.Add, nodes.Sub, nodes.Concat, nodes.List,
)  # fmt: skip
_WRITTEN = {
    "Mul": "`*`", "Div": "`/`", "FloorDiv": "`//`", "Mod": "`%`", "Pow": "`**`", "Pos": "`+…`",
    "Getitem": "`…[…]`", "Call": "`…(…)`", "Dict": "`{…}`", "Tuple": "`(…, …)`", "For": "`for`",
    "If": "`{% if %}`", "Assign": "`{% set %}`",
}  # fmt: skip
_REMEDY = "write an expression over INPUT such as {{ INPUT.name }}"
# Whatever an expression can do wrong at run time, other than a fault of ours.
_FAULTS = (
    TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError,
)  # fmt: skip


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which only `INPUT` has attributes: the inputs, None where one is missing."""

    intercepted_binops = frozenset({"+", "-"})

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - Jinja's signature
        """Give an input."""
        return obj.get(attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's signature
        """Add and subtract within limits."""
        context[BUDGET].check()
        return add(left, right) if operator == "+" else subtract(left, right)


def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, optimized=False, autoescape=False)
    environment.globals.clear()
    environment.filters = dict(FILTERS)
    environment.tests = {**{n: environment.tests[n] for n in _OPERATORS}, **TESTS}
    return environment


_OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in")
_JINJA = _environment()


@dataclass(frozen=True, slots=True)
class Expression:
    """One template, ready to be rendered."""

    text: str
    names: tuple[str, ...]  # of the inputs that it reads
    is_input: bool  # whether it is nothing but one input
    _template: Template | None = field(default=None, repr=False, compare=False)

    def render(self, values: Mapping[str, Any], budget: Budget) -> Any:  # noqa: ANN401 - any value
        """Give its value; None where it has none.

        Raises:
            TemplateLimitError: it gives or takes too much.
            ValueError: it does with its inputs what cannot be done.
        """
        if self._template is None:
            return values.get(self.names[0])
        budget.check()
        context = self._template.new_context({INPUT: values, BUDGET: budget}, shared=True)
        try:
            for _ in self._template.root_render_func(context):
                pass  # an assignment writes nothing
        except _FAULTS as fault:
            raise ValueError(str(fault) or type(fault).__name__) from fault
        value = context.vars["result"]
        return None if is_missing(value) else within(value)


def is_template(text: str) -> bool:
    """Tell whether a text is a template; any other stands for itself."""
    return any(mark in text for mark in _MARKS)


def compile_template(text: str, inputs: Mapping[str, object], at: str) -> Expression:
    """Read a template.

    Raises:
        InputError: it is not one, does what none may, or names an input that is not declared.
    """
    if len(text) > LONGEST_TEMPLATE:
        raise InputError(at, f"has {len(text):,} characters; a template has {LONGEST_TEMPLATE:,}")
    try:
        tree = _JINJA.parse(text)
    except TemplateError as error:
        raise InputError(at, f"is no template: {error}; {_REMEDY}") from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise InputError(at, f"is nested too deep, or has too long a number; {_REMEDY}") from error
    names = tuple(dict.fromkeys(_check(tree, inputs, at)))
    expression = _one_expression(tree)
    if isinstance(expression, nodes.Getattr):
        return Expression(text, names, is_input=True)
    body = [nodes.Assign(nodes.Name("result", "store"), expression, lineno=1)]
    program = nodes.Template(body, lineno=1)
    program.set_environment(_JINJA)
    return Expression(text, names, is_input=False, _template=_JINJA.from_string(program))


def _check(tree: nodes.Node, inputs: Mapping[str, object], at: str) -> Iterator[str]:
    """Walk over what a template says, refusing what none may; give the inputs that it names."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise InputError(at, f"is nested deeper than {DEEPEST}; {_REMEDY}")
        if not isinstance(node, _ALLOWED):
            raise InputError(at, f"{_said(node)} is not allowed in a template; {_REMEDY}")
        if isinstance(node, nodes.Getattr):
            yield _input_name(node, inputs, at)
            continue
        _check_words(node, at)
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def _said(node: nodes.Node) -> str:
    """Say what a part of a template is, as it is written where that is not its name."""
    name = type(node).__name__
    return f"{name} ({_WRITTEN[name]})" if name in _WRITTEN else name


def _input_name(node: nodes.Getattr, inputs: Mapping[str, object], at: str) -> str:
    if not isinstance(node.node, nodes.Name) or node.node.name != INPUT:
        raise InputError(at, f".{node.attr} is not allowed: only INPUT has names; {_REMEDY}")
    if node.attr not in inputs:
        known = ", ".join(inputs) or "none"
        raise InputError(at, f"INPUT.{node.attr} is not declared; the inputs are {known}")
    return node.attr


def _check_words(node: nodes.Node, at: str) -> None:
    """Refuse names but `INPUT`, numbers too large, and filters and tests not of the few."""
    if isinstance(node, nodes.Const) and node.value in (inf, -inf):
        raise InputError(at, f"holds a number beyond {sys.float_info.max:g}; {_REMEDY}")
    if isinstance(node, nodes.Name):
        raise InputError(at, f"{node.name!r} is not a value by itself; {_REMEDY}")
    if isinstance(node, nodes.Filter | nodes.Test):
        kind, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
        if node.name not in known:
            raise InputError(at, f"no {kind} {node.name!r}; there are {', '.join(sorted(known))}")
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise InputError(at, f"the {kind} {node.name!r} takes its arguments by their places")


def _one_expression(tree: nodes.Template) -> nodes.Expr:
    """Write a template as one expression; a text with values in it is their join."""
    parts: list[nodes.Expr] = []
    for part in (part for output in tree.body for part in output.nodes):  # type: ignore[attr-defined]  # the body of a checked template is outputs
        is_text = isinstance(part, nodes.TemplateData)
        parts.append(nodes.Const(part.data) if is_text else _Joins().visit(part))
    return parts[0] if len(parts) == 1 else _join(parts)


class _Joins(NodeTransformer):
    """Writes `a ~ b` as a join, which leaves out what is missing and keeps to the limits."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802 - Jinja's name
        """Write one."""
        self.generic_visit(node)
        return _join(node.nodes)


def _join(parts: list[nodes.Expr]) -> nodes.Expr:
    return nodes.Filter(nodes.List(parts), "join", [], [], None, None)
