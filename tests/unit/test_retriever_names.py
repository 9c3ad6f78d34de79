"""What retrievers may be called, and what is remembered of them."""

from copy import deepcopy

import pytest

from core.errors import InputError, NotFoundError
from core.types import Json
from search.retrievers.absent import AbsentRetrieverStore
from search.retrievers.recent import Recent
from search.retrievers.references import Reference, check_new_name, parse_name, parse_reference
from search.retrievers.registry import LONGEST_REMEMBERED, Retrievers


def test_a_reference_is_a_name_or_a_version() -> None:
    assert parse_reference("quiet") == Reference("quiet", None)
    assert parse_reference("quiet-2@31") == Reference("quiet-2", 31)
    assert str(parse_reference("quiet@3")) == "quiet@3"


@pytest.mark.parametrize(
    "text", ["", "Quiet", "a b", "quiet@", "quiet@0", "quiet@01", "quiet@x", "é", "a" * 65, "a\0",
             "a\n", "quiet@٣", f"quiet@{10**9}"],
)  # fmt: skip
def test_nothing_is_called_what_cannot_be_a_name(text: str) -> None:
    with pytest.raises(NotFoundError):
        parse_reference(text)


def test_a_version_is_no_name() -> None:
    with pytest.raises(NotFoundError, match="did you mean 'quiet'"):
        parse_name("quiet@1")


@pytest.mark.parametrize("name", ["", "Quiet", "a_b", "a@1", "é", "a" * 65, "a\n", "execute"])
def test_a_name_that_cannot_be_given_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="name"):
        check_new_name(name)


@pytest.mark.parametrize("name", ["a", "7", "a-1", "a" * 64])
def test_small_letters_digits_and_hyphens_make_a_name(name: str) -> None:
    check_new_name(name)

    assert parse_name(name) == name


def test_of_recent_values_the_one_not_used_goes_first() -> None:
    recent: Recent[int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")

    recent.put("c", 3)

    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_a_definition_without_a_name_is_compiled_once() -> None:
    retrievers = Retrievers(AbsentRetrieverStore("not asked for"), dict)
    short = _finding("a")
    field = {"type": "string", "examples": ["a" * (LONGEST_REMEMBERED // 10)] * 10}
    long = {"inputs": {"q": field}, **_finding("{{ INPUT.q }}")}

    assert retrievers.compile(short) is retrievers.compile(deepcopy(short))
    assert retrievers.compile(short) is not retrievers.compile(_finding("b"))
    assert retrievers.compile(long) is not retrievers.compile(long)


def _finding(text: str) -> Json:
    return {"stages": [{"type": "feature_search", "parameters": {"text": text}}]}
