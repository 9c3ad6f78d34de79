import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import values
from ingest.honorifics import plain_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (" Sea ", "Sea"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("nul\0", "nul"),
        (7, "7"),
        (12.0, "12"),
        (1.5, "1.5"),
        (float("nan"), None),
        (True, "true"),
        (["a", None, " b "], "a, b"),
        ([], None),
    ],
)
def test_any_value_becomes_a_text_or_nothing(value: object, text: str | None) -> None:
    assert values.text(value) == text


@pytest.mark.parametrize("value", [{"en": "Sea"}, b"Sea", "\udcff", ["\ud800"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"holds|UTF-8"):
        values.text(value)


@pytest.mark.parametrize(
    ("value", "year"),
    [(None, None), ("", None), (1665, 1665), ("1665", 1665), ("-563", -563), (1665.0, 1665),
     ("1665.0", 1665), ("+12", 12)],
)  # fmt: skip
def test_years_are_whole_numbers(value: object, year: int | None) -> None:
    assert values.year(value) == year


@pytest.mark.parametrize("value", ["c. 1665", 0, "0", "1665-70", "1.5", 99_999_999, True])
def test_what_is_no_year_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is not a year"):
        values.year(value)


def test_lists_are_cut_and_blanks_left_out() -> None:
    assert values.texts("a; b ;;", ";") == ("a", "b")
    assert values.texts(["a", "", "b"]) == ("a", "b")
    assert values.aligned("a;;b", ";") == ("a", None, "b")
    assert values.texts("one, two") == ("one, two",)


def test_patterns_compare_without_case_and_with_stars() -> None:
    patterns = (("painter*", "artist"), ("c++ [x]", "odd"), ("*", ""))

    assert values.lookup("Painter (oil)", patterns) == "artist"
    assert values.lookup("C++ [X]", patterns) == "odd"
    assert values.lookup("else", patterns) == ""
    assert values.lookup("else", patterns[:2]) == "else"


@pytest.mark.parametrize("address", ["http://a.org/x", "https://a.org", "HTTPS://a.org"])
def test_web_addresses_are_web_addresses(address: str) -> None:
    assert values.is_web_address(address)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://a", "//a.org", "a.org", "http:/"]
)
def test_what_could_run_is_no_web_address(address: str) -> None:
    assert not values.is_web_address(address)


def test_reversed_life_dates_say_nothing() -> None:
    assert values.life_years("1606", 1669) == (1606, 1669)
    assert values.life_years("1669", "1606") == (None, None)
    assert values.life_years("about 1600", "1606") == (None, 1606)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Henry Moore OM, CH", "Henry Moore"),
        ("Sir John Everett Millais, Bt", "John Everett Millais"),
        ("Sir Harry Percy Gordon, 2nd Bt", "Harry Percy Gordon"),
        ("Yinka Shonibare, MBE", "Yinka Shonibare"),
        ("Christopher Le Brun PRA", "Christopher Le Brun"),
        ("Rev. William Bree", "William Bree"),
        ("Dame Barbara Hepworth", "Barbara Hepworth"),
        ("Frederic, Lord Leighton", None),
        ("Sirani, Elisabetta", None),
        ("William Blake", None),
        ("Sir", None),
        ("RA", None),
    ],
)
def test_honorifics_come_off(name: str, plain: str | None) -> None:
    assert plain_name(name) == plain


@given(st.text(max_size=30))
def test_taking_honorifics_off_never_leaves_nothing(name: str) -> None:
    assert plain_name(name) != ""
