"""Which addresses a robots.txt lets us ask for (RFC 9309)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch.robots import ALL_ALLOWED, parse_robots

SITE = "https://museum.test"


def allows(robots: str, path: str) -> bool:
    return parse_robots(robots).allows(SITE + path)


def test_the_group_that_names_us_counts_and_not_the_one_for_everyone() -> None:
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: Vasari\nDisallow: /private"

    assert allows(robots, "/iiif/1")
    assert not allows(robots, "/private/1")


def test_several_agents_share_a_group_and_several_groups_add_up() -> None:
    robots = (
        "User-agent: other\nUser-agent: vasari/1.0\nDisallow: /a\nUser-agent: VASARI\nDisallow: /b"
    )

    assert not allows(robots, "/a")
    assert not allows(robots, "/b")


@pytest.mark.parametrize(
    ("rule", "path", "is_allowed"),
    [
        ("Disallow: /iiif", "/iiif/1/info.json", False),
        ("Disallow: /iiif", "/IIIF/1", True),
        ("Disallow:", "/anything", True),
        ("Disallow: /*.jpg$", "/a/b.jpg", False),
        ("Disallow: /*.jpg$", "/a/b.jpg?x=1", True),
        ("Disallow: /*/full/", "/iiif/full/0", False),
        ("Disallow: /a*b*c", "/axxbxxc", False),
        ("Disallow: /a*b*c", "/axxcxxb", True),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/a", True),
        ("Disallow: /caf%C3%A9", "/café/1", False),
        ("Disallow: /café", "/caf%c3%a9/1", False),
        ("Disallow: /a?b=1", "/a?b=12", False),
        ("Disallow: / # all of it", "/a", False),
        ("Disallow: /\nAllow: /iiif/", "/iiif/1", True),
        ("Allow: /iiif/\nDisallow: /iiif/", "/iiif/1", True),
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
    ],
)
def test_the_longest_rule_that_fits_decides(rule: str, path: str, is_allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rule}", path) is is_allowed


@pytest.mark.parametrize(("said", "seconds"), [("2.5", 2.5), ("soon", 0), ("9999", 60), ("-1", 0)])
def test_a_crawl_delay_is_kept_within_reason(said: str, seconds: float) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {said}").delay_s == seconds


def test_rules_before_any_agent_and_rules_for_others_are_not_for_us() -> None:
    robots = "Disallow: /\nUser-agent: other\nDisallow: /"

    assert parse_robots(robots) == ALL_ALLOWED


@given(st.text(), st.text())
def test_any_text_can_be_read(robots: str, path: str) -> None:
    parse_robots("User-agent: *\nDisallow: " + robots).allows(f"{SITE}/{path}")
