import pytest

from cli.output import print_table


@pytest.mark.parametrize("title", ["[title not known]", "[/recto]", "[red]"])
def test_a_title_in_brackets_is_shown_as_it_is(
    capsys: pytest.CaptureFixture[str], title: str
) -> None:
    print_table(("", "title"), [(1, title)])

    assert title in capsys.readouterr().out
