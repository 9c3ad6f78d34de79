"""Templates: what they give, what none may do, and that they end."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import InputError
from search.retrievers.template_filters import Budget, TemplateLimitError
from search.retrievers.templates import compile_template, is_template

NAMES = {"q": None, "n": None, "list": None, "image": None, "gone": None, "on": None}
PICTURE = np.zeros((1, 1, 3), np.uint8)
VALUES = {"q": "Boats", "n": 3, "list": ["a", "b"], "image": PICTURE, "on": True}


def render(text: str, values: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - any value
    given = VALUES if values is None else values
    return compile_template(text, NAMES, "at").render(given, Budget(most_ms=10_000))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ INPUT.n }}", 3),
        ("{{ INPUT.list }}", ["a", "b"]),
        ("{{INPUT.gone}}", None),
        ("{{ INPUT.q }} at sea", "Boats at sea"),
        ("{{ INPUT.q }} {{ INPUT.gone }}", "Boats "),
        ("{{ INPUT.n }} of {{ INPUT.on }}", "3 of true"),
        ("{{ INPUT.list }}!", "a, b!"),
        ("{{ INPUT.q ~ ' ' ~ INPUT.n ~ INPUT.gone }}", "Boats 3"),
        ("{{ INPUT.q + '!' }}", "Boats!"),
        ("{{ INPUT.n + 1 - 2 }}", 2),
        ("{{ INPUT.list + ['c'] }}", ["a", "b", "c"]),
        ("{{ 'x' if INPUT.gone else 'y' }}", "y"),
        ("{{ 'x' if INPUT.gone }}", None),
        ("{{ -1 if INPUT.on else 1 }}", -1),
        ("{{ INPUT.n > 2 and not INPUT.gone }}", True),
        ("{{ 'a' in INPUT.list }}", True),
        ("{{ INPUT.gone is none or INPUT.q is defined }}", True),
        ("{{ INPUT.gone is defined }}", False),
        ("{{ INPUT.image is none }}", False),
        ("{{ INPUT.gone | default('z') | upper }}", "Z"),
        ("{{ INPUT.gone | lower }}", None),
        ("{{ INPUT.q | lower | replace('boat', 'ship') }}", "ships"),
        ("{{ INPUT.list | join(' and ') }}", "a and b"),
        ("{{ INPUT.list | first }}{{ INPUT.list | last }}", "ab"),
        ("{{ INPUT.q | length }}", 5),
        ("{{ '12' | int }}", 12),
        ("{{ '1.25' | float | round(1) }}", 1.2),
        ("{{ 'x' | int(7) }}", 7),
        ("{{ INPUT.q | list }}", ["Boats"]),
    ],
)
def test_a_template_gives_a_value(text: str, value: object) -> None:
    assert render(text) == value


def test_one_expression_gives_a_picture_itself() -> None:
    assert render("{{ INPUT.image }}") is PICTURE
    assert render("{{ INPUT.image if INPUT.on else INPUT.gone }}") is PICTURE


@pytest.mark.parametrize(
    "text",
    [
        "a picture: {{ INPUT.image }}",
        "{{ INPUT.image + INPUT.image }}",
        "{{ INPUT.q + 1 }}",
        "{{ INPUT.gone + 1 }}",
        "{{ INPUT.n < INPUT.gone }}",
        "{{ INPUT.q | replace('', 'x') }}",
        "{{ INPUT.q | round }}",
    ],
)
def test_what_cannot_be_done_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        render(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ INPUT.__class__ }}", "not declared"),
        ("{{ ''.__class__.__mro__ }}", "only INPUT has names"),
        ("{{ INPUT.q.upper() }}", "Call"),
        ("{{ INPUT['q'] }}", "Getitem"),
        ("{{ INPUT.q|attr('__class__') }}", "no filter 'attr'"),
        ("{{ '{0.__class__}'|format(INPUT.q) }}", "no filter 'format'"),
        ("{{ '%s' % INPUT.q }}", "Mod"),
        ("{{ lipsum }}", "'lipsum'"),
        ("{{ cycler.__init__.__globals__ }}", "only INPUT has names"),
        ("{{ joiner('x') }}", "Call"),
        ("{{ range(1000000) }}", "Call"),
        ("{{ self }}", "'self'"),
        ("{{ INPUT }}", "'INPUT'"),
        ("{{ _budget }}", "'_budget'"),
        ("{{ 'a' * 100000000 }}", "Mul"),
        ("{{ 9 ** 9 ** 9 }}", "Pow"),
        ("{% for x in INPUT.list %}{{ x }}{% endfor %}", "For"),
        ("{% set x = 1 %}", "Assign"),
        ("{% macro m() %}{% endmacro %}", "Macro"),
        ("{% include 'x' %}", "Include"),
        ("{% import 'x' as x %}", "Import"),
        ("{{ {'a': 1} }}", "Dict"),
        ("{{ INPUT.n is divisibleby 3 }}", "no test 'divisibleby'"),
        ("{{ INPUT.q | default(value='x') }}", "by their places"),
        ("{{ INPUT.colour }}", "the inputs are q, n, list"),
        ("{{ INPUT.q", "is no template"),
        ("{{ }}", "is no template"),
        ("{{ 1e310 }}", "a number beyond"),
        ("{{ -1e310 + INPUT.n }}", "a number beyond"),
        ("x" * 2001, "2,001 characters"),
        ("{{ " + "(" * 900 + "1" + ")" * 900 + " }}", "too deep"),
        ("{{ 1" + "+1" * 30 + " }}", "deeper than 20"),
        ("{{ " + "not " * 400 + "1 }}", "deeper"),
    ],
)
def test_what_no_template_may_do_is_refused_when_it_is_read(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        compile_template(text, NAMES, "at")
    assert caught.value.field == "at"


@pytest.mark.parametrize(
    "text",
    [
        "{{ INPUT.q + INPUT.q }}",
        "{{ INPUT.q ~ INPUT.q }}",
        "{{ INPUT.q }}{{ INPUT.q }}",
        "{{ INPUT.list | join(INPUT.q) | join }}",
        "{{ 'aaaa' | replace('a', INPUT.q) }}",
    ],
)
def test_a_text_does_not_grow_beyond_ten_thousand_characters(text: str) -> None:
    with pytest.raises(TemplateLimitError, match="10,000 characters"):
        render(text, {"q": "x" * 5001, "list": ["a", "b", "c"]})


@pytest.mark.parametrize(
    "text", ["{{ 'inf' | float }}", "{{ 'nan' | float }}", "{{ 9" + "9" * 99 + " }}"]
)
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TemplateLimitError, match="number"):
        render(text)


def test_the_templates_of_a_request_have_fifty_milliseconds_together() -> None:
    times = iter([0.0, 0.02, 0.03, 0.051])
    budget = Budget(clock=lambda: next(times))
    template = compile_template("{{ INPUT.q | lower }}", NAMES, "at")

    assert template.render(VALUES, budget) == "boats"
    with pytest.raises(TemplateLimitError, match="50 ms"):
        template.render(VALUES, budget)


def test_a_text_without_marks_is_no_template() -> None:
    assert not is_template("INPUT.q } {")
    assert is_template("{{ 1 }}")


_words = st.sampled_from(
    ["{{", "}}", "{%", "%}", "INPUT", ".", "q", "list", "gone", "image", "n", "|", "default",
     "join", "replace", "(", ")", "[", "]", ",", "'a'", "''", "1", "1e999", "9" * 50, "+", "-",
     "~", "*", "**", " if ", " else ", " is ", " in ", " not ", "defined", "for", "set",
     "__class__", "==", "<", "upper", "int", "round", "first", "\\", "'", '"', "#}", "{#", "\n",
     "x", "{", "}", "loop"]
)  # fmt: skip


@given(
    st.lists(_words, max_size=14).map("".join)
    | st.lists(_words, max_size=12).map(lambda words: "{{ " + "".join(words) + " }}")
    | st.text(max_size=40)
)
@example("{{ INPUT.q.__class__.__mro__[1].__subclasses__() }}")
@example("{{ INPUT|join|attr('x') }}")
@example("{{ '\\x00' }}")
def test_any_text_gives_a_value_or_a_clear_error(text: str) -> None:
    try:
        value = render(text)
    except (InputError, ValueError, TemplateLimitError) as error:
        value = str(error) or object()

    assert value is PICTURE or isinstance(value, str | int | float | list | None)
