import pytest

from bench.ann.tate_texts import ask, clean


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("boat, sailing", "boat, sailing"),
        ("dog - non-specific", "dog"),
        ("head / face", "head face"),
        ("Chester (city)", "Chester city"),
    ],
)
def test_a_subject_term_is_asked_as_a_person_would_write_it(term: str, text: str) -> None:
    assert clean(term) == text


def subjects() -> list[list[str]]:
    """Write 600 works of two to three of 30 terms each, so that each term is common."""
    return [
        [f"term {i % 30}", f"term {(i * 7 + 3) % 30}", "a name"][: 2 + i % 2] for i in range(600)
    ]


def test_calibration_is_never_asked_what_is_measured() -> None:
    asking = ask(subjects(), 60, 20)

    assert (len(asking.test), len(asking.calibration)) == (60, 20)
    assert len({*asking.test, *asking.calibration}) == 80


def test_the_same_seed_asks_the_same_texts() -> None:
    assert ask(subjects(), 60, 20) == ask(subjects(), 60, 20)
    assert ask(subjects(), 60, 20) != ask(subjects(), 60, 20, seed=8)


def test_terms_of_few_works_are_not_asked_for() -> None:
    rare = [*subjects(), ["a shipwreck"] * 19]

    asking = ask(rare, 60, 20)

    assert not any("shipwreck" in text for text in (*asking.test, *asking.calibration))
