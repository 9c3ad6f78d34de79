import pyarrow.parquet as pq
import pytest

from core.dates import parse_date
from core.undated import says_undated
from tests.requirements import DATA, require


@pytest.mark.parametrize(
    "text",
    [
        *("n.d.", "N. D.", "[n.d.]", "nd", "undated", "(Undated)", "date not known", "unknown"),
        *("no date", "Date: unknown", "N/A", "s.d.", "o. J.", "non daté", "z.j.", "?", "—", " "),
    ],
)
def test_a_text_may_say_that_there_is_no_date(text: str) -> None:
    assert says_undated(text)


@pytest.mark.parametrize("text", ["sometime after lunch", "99999", "Edo period", "n.d. 1650"])
def test_other_texts_were_meant_to_say_something(text: str) -> None:
    assert not says_undated(text)


# Measured: of Tate's 69,202 artworks 5,396 have no years at all, and all of them say so.
def test_every_silent_date_of_tate_says_that_it_is_one() -> None:
    require("data")
    table = pq.read_table(DATA / "tate/artworks.parquet", columns=["date_text"])

    silent = {text for text in table["date_text"].unique().to_pylist() if not parse_date(text)}

    assert silent == {"date not known", "no date"}
    assert all(map(says_undated, silent))
