"""Dates and periods in a query: "before 1700", "late 19th century", "Victorian"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.dates import YearRange, parse_date
from core.filters import Field, Leaf, Op
from core.text import word_set
from core.understanding import ReadingKind
from search.understand import curated
from search.understand.candidate import Candidate, Ground
from search.understand.words import Words

_NTH = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|"
    r"nineteenth|twentieth|twenty-first)"
)
_PART = (
    r"(?:(?:the\s+)?(?:very\s+)?(?:early|mid|middle|late|beginning|end|turn|"
    r"(?:first|second|1st|2nd)\s+half|(?:first|second|third|last|fourth)\s+(?:quarter|third))"
    r"(?:\s+of)?(?:\s+the)?[\s-]+)"
)
_CENTURY = rf"(?:{_NTH})(?:[\s-]+(?:centur(?:y|ies)|c\.))(?:\s+(?:bc|bce|ad))?"
_YEAR = r"(?:1[0-9]\d\d|20[0-2]\d)"
_DECADE = rf"(?:{_YEAR}['’]?s)"
_POINT = rf"(?:{_PART}?(?:{_DECADE}|{_CENTURY}|{_YEAR}))"
_TO = r"\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b|\bor\b)\s*(?:the\s+)?"
_BOUND = (
    r"(?:before|after|since|until|till|pre|post|prior\s+to|earlier\s+than|later\s+than|up\s+to)"
)
_LEAD = (
    r"(?P<lead>(?:\b(?:painted|made|drawn|created|dated|produced|done|works?|dating|coming)\s+)?"
    r"(?<![\w.])(?:from|in|of|between|during|around|circa|ca?\.?|about|by|dated)\s+(?:the\s+)?(?:years?\s+)?"
    r"(?:(?:circa|around|about|ca?\.?)\s*)?)?"
)
_DATE = re.compile(
    rf"{_LEAD}(?P<date>(?P<bound>\b{_BOUND}[\s-]+(?:the\s+)?(?:year\s+)?(?:circa\s+|c\.?\s*)?)?"
    rf"(?<![\w])(?:{_PART}?(?:{_NTH})(?:{_TO}){_PART}?{_CENTURY}|{_POINT}(?:{_TO}{_POINT})+"
    rf"|{_YEAR}\s*[-–/]\s*\d\d|{_POINT})(?![\w]))",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:circa|around|about|ca?)\b", re.IGNORECASE)
_ONE_YEAR = re.compile(_YEAR)
_SPREAD = 5  # years on either side of "circa 1800"


@dataclass(frozen=True, slots=True)
class _Period:
    begin: int
    end: int
    confidence: float  # by itself
    beside_art: float  # next to a word such as "paintings"


_MADE_THEN = (0.8, 0.9)  # the word is used of works more than of what they show
_BARE = 0.5  # confidence of a year that stands bare
_SHOWN_TOO = (0.5, 0.85)  # "a medieval castle" need not be a medieval work
_AN_EVENT = (0.4, 0.4)  # what works show, at any time

# Reigns of British history, and the usual years of periods of art.
_PERIODS = {
    "victorian": _Period(1837, 1901, *_MADE_THEN), "edwardian": _Period(1901, 1910, *_MADE_THEN),
    "georgian": _Period(1714, 1837, *_MADE_THEN), "regency": _Period(1811, 1820, *_SHOWN_TOO),
    "elizabethan": _Period(1558, 1603, *_SHOWN_TOO), "jacobean": _Period(1603, 1625, *_SHOWN_TOO),
    "tudor": _Period(1485, 1603, *_SHOWN_TOO), "stuart": _Period(1603, 1714, *_SHOWN_TOO),
    "between the wars": _Period(1918, 1939, *_MADE_THEN),
    "between the world wars": _Period(1918, 1939, *_MADE_THEN),
    "interwar": _Period(1918, 1939, *_MADE_THEN), "inter war": _Period(1918, 1939, *_MADE_THEN),
    "postwar": _Period(1945, 1970, *_MADE_THEN), "post war": _Period(1945, 1970, *_MADE_THEN),
    "medieval": _Period(500, 1500, *_SHOWN_TOO), "middle ages": _Period(500, 1500, *_SHOWN_TOO),
    "renaissance": _Period(1400, 1600, *_SHOWN_TOO), "baroque": _Period(1600, 1750, *_SHOWN_TOO),
    "rococo": _Period(1700, 1780, *_SHOWN_TOO), "fin de siecle": _Period(1880, 1914, *_SHOWN_TOO),
    "belle epoque": _Period(1871, 1914, *_SHOWN_TOO),
    "first world war": _Period(1914, 1918, *_AN_EVENT),
    "world war i": _Period(1914, 1918, *_AN_EVENT),
    "great war": _Period(1914, 1918, *_AN_EVENT), "wwi": _Period(1914, 1918, *_AN_EVENT),
    "second world war": _Period(1939, 1945, *_AN_EVENT),
    "world war ii": _Period(1939, 1945, *_AN_EVENT), "wwii": _Period(1939, 1945, *_AN_EVENT),
    "napoleonic": _Period(1799, 1815, *_AN_EVENT),
}  # fmt: skip
_LONGEST_PERIOD = 4
# "A Georgian terrace": the building is of that time, not the work.
_BUILDINGS = word_set(
    "house houses terrace architecture building buildings church town villa mansion street square "
    "interior interiors furniture costume costumes dress clothes castle london england britain "
    "home homes"
)


def read_dates(ground: Ground) -> Iterator[Candidate]:
    """Read dates and the names of periods."""
    yield from _dates(ground.words)
    yield from _periods(ground.words)


def year_label(begin: int | None, end: int | None) -> str:
    """Write a range of years for people."""
    match begin, end:
        case None, int():
            return f"up to {end}"
        case int(), None:
            return f"from {begin}"
        case _ if begin == end:
            return str(begin)
        case _:
            return f"{begin} to {end}"


def _dates(words: Words) -> Iterator[Candidate]:
    for match in _DATE.finditer(words.text):
        years = _years(match)
        if years is None:
            continue
        first, last = words.places(*match.span("date"))
        lead = match.start("lead") if match["lead"] else match.start("date")
        taken, _ = words.places(lead, match.end("date"))
        confidence = _date_confidence(match, words, last)
        found = _candidate(years, (first, last), confidence, taken=taken)
        is_bare = confidence == _BARE and last - first == 1 and words[first].isdigit()
        yield replace(found, is_bare_year=is_bare)


def _years(match: re.Match[str]) -> YearRange | None:
    text = re.sub(r"^(?:pre|post)-", lambda m: f"{m[0][:-1]} ", match["date"], flags=re.IGNORECASE)
    for pattern, canonical in (
        (r"\b(?:pre|prior\s+to|earlier\s+than|until|till|up\s+to)\b", "before"),
        (r"\b(?:since|later\s+than|post)\b", "after"),
    ):
        bound = match["bound"]
        if bound and re.match(pattern, bound, re.IGNORECASE):
            text = re.sub(pattern, canonical, text, count=1, flags=re.IGNORECASE)
    years = parse_date(re.sub(r"\bthe\s+", "", text, flags=re.IGNORECASE))
    if years and years.begin == years.end and _ABOUT.search(match[0]) and years.begin is not None:
        return YearRange(years.begin - _SPREAD, years.begin + _SPREAD)
    return years


def _date_confidence(match: re.Match[str], words: Words, last: int) -> float:
    """Doubt a year that stands bare: in "Waterloo 1815" it says when the battle was."""
    if not _ONE_YEAR.fullmatch(match["date"].strip()):
        return 0.9
    lead = (match["lead"] or "").casefold().split()
    if lead and lead[-1] != "the" and not {"of", "by", "about"} & set(lead):
        return 0.85 if last == len(words) or words.after(last) in curated.FOLLOWERS else 0.6
    return _BARE


def _periods(words: Words) -> Iterator[Candidate]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_PERIOD, len(words)) + 1):
            period = _PERIODS.get(words.phrase(first, last))
            if period is not None:
                yield _period(words, first, last, period)


def _period(words: Words, first: int, last: int, period: _Period) -> Candidate:
    following = words.after(last)
    sure = period.beside_art if following in curated.ART_NOUNS else period.confidence
    if following in _BUILDINGS or words.before(first) == "queen":
        sure = min(sure, 0.4)
    is_led = words.before(first) in ("from", "in", "during") or (
        words.before(first) == "the" and words[first - 2] in ("from", "in", "during")
    )
    taken = first - (1 + (words.before(first) == "the")) * is_led
    years = YearRange(period.begin, period.end)
    last_taken = last + (following in ("period", "era", "age", "times"))
    return _candidate(years, (first, last), sure, taken=taken, taken_last=last_taken)


def _candidate(
    years: YearRange,
    places: tuple[int, int],
    confidence: float,
    *,
    taken: int,
    taken_last: int | None = None,
) -> Candidate:
    return Candidate(
        kind=ReadingKind.DATE,
        first=places[0],
        last=places[1],
        label=year_label(years.begin, years.end),
        where=Leaf(Field.YEAR, Op.OVERLAPS, begin=years.begin, end=years.end),
        confidence=confidence,
        taken_first=taken,
        taken_last=taken_last or places[1],
    )
