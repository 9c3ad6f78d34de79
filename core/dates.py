"""Museum dates: one line of catalogue text read as a range of years.

The text is first rewritten into a small canonical language ("vers la fin du XVIIe
siècle" becomes "late 17 century"), then cut into terms at dashes, commas and words such
as "or". Each term is a span of years; the date is the range over all of them.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class YearRange:
    """Years from `begin` to `end`, both included; None is unbounded, BC is negative."""

    begin: int | None
    end: int | None

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.begin is not None and self.end is not None and self.begin > self.end:
            raise ValueError(f"begin {self.begin} is after end {self.end}")

    def overlaps(self, begin: int | None, end: int | None) -> bool:
        """Tell whether any year lies in both ranges."""
        other = YearRange(begin, end)
        return reaches(self.begin, other.end) and reaches(other.begin, self.end)


def parse_date(text: str | None) -> YearRange | None:
    """Read a museum's date text as a range of years, None where it names none.

    - "circa", "probably" and "?" leave the year as it stands, as in Tate's own years.
    - "18th century" and "1700s" are 1700 to 1799, "2nd century BC" is -199 to -100; early,
      mid and late are thirds, as in the National Gallery of Art's years.
    - "after" and "before" include the year named and leave the other side open.
    - Years at which a work was published, reprinted, cast, exhibited or restored are left
      out when its making is dated; years printed, remade or reworked are kept (Tate's use).
    """
    canonical = _canonical(text or "")
    is_after, is_before = bool(_AFTER.search(canonical)), bool(_BEFORE.search(canonical))
    spans = [span for term in _terms(_BOUND_WORD.sub(" ", canonical)) if (span := _span(term))]
    if not spans:
        return None
    begin = min(first for first, _ in spans)
    end = max(last for _, last in spans)
    if is_after == is_before:
        return YearRange(begin, end)
    return YearRange(begin, None) if is_after else YearRange(None, end)


_LONGEST_TEXT = 300  # The longest of Tate's 69,202 date texts has 75 characters.
_LATEST_YEAR = 2100

# Rewrites of the folded text, in order, before single words are looked up.
_PHRASES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[\u2010-\u2015\u2212~]", "-"),
        # Years that came after the making, measured on Tate: see `parse_date`.
        (
            r"^(.*?\d.*?)\b(?:(?:first|later|posthumous) )*(?:published|re-?printed|re-?issued"
            r"|(?:re-?)?cast|exhibited|restored|repaired|reassembled|edition|restrike"
            r"|printed(?= (?:after|before|later|no))|gedruckt|gegossen|publié|fondu)\b.*$",
            r"\1",
        ),
        # Unknown last digits: "186[?]", "186-?", "186-", "18--".
        (r"\b([12]\d\d)(?:\[\?\]|\(\?\)|-\?|_)", r"\g<1>0s"),
        (r"^(\D*1\d\d)-\s*$", r"\g<1>0s"),
        (r"\b(1\d)--", r"\g<1>00s"),
        (r"\b(\d{4})-\d\d-\d\d(?!\d)", r"\1"),
        (r"\b([12])/2(?=\s)", r"\1 half"),
        (r"\b(early|mid|late)-(?!early|mid|late)|(?<=\w)()-(?=centur)", r"\1 "),
        (r"\btwenty-first\b", "21"),
        (r"\s[\[(]", ","),
        (r"[\[\]()?\"]", ""),
        (r"(\d{4})\s*-\s*$", r"\1 - later"),
        (r"\b(\d{1,3}),(\d{3})(?=\s*b\.?\s*c\b)", r"\1\2"),
        (r"(?<=\d)(?=b\.?c|a\.?d|c\.?e)", " "),
        (r"\b(?:v|vor)\.?\s?chr(?:istus)?\b|\b(?:av|avant)\.?\s?j\.?\s?-?\s?c\b", " bc "),
        (r"\b(?:n|nach)\.?\s?chr(?:istus)?\b|\b(?:ap|après)\.?\s?j\.?\s?-?\s?c\b", " ad "),
        (r"\bb\.\s?c\b(?:\.\s?e\b)?|\ba\.\s?c\b", " bc "),  # "a.C.": avanti Cristo
        (r"\ba\.\s?d\b|\bc\.\s?e\b|\bd\.\s?c\b", " ad "),  # "d.C.": dopo Cristo
        (r"(?<=\dst|\dnd|\drd|\dth)\s*c\b\.?(?!\s*\d)", " century "),  # "18th c."
        (r"\bc(\d\d)(?:th)?\b", r"\1 century "),  # "C18th"
        (r"\bss?\.\s*(?=[ivx]+\b)", "century "),  # "s. XVIII"
        (r"\b(?:années|anni|años|década de|jaren)\s+(\d{3}0)\b", r"\1s"),
        (r"(?<=\d0)er\b|(?<=\d0)['’]s", "s"),
        (r"(?<=st |nd )third\b", "drittel"),
        (r"\b(?:not?|nicht|pas|niet) (?:before|earlier than|vor|avant|voor)\b", "after"),
        (r"\b(?:not?|nicht|pas|niet) (?:after|later than|nach|après|na)\b", "before"),
        (r"^(?:up to|until|till|bis|tot|jusqu\S*)\s|\bprima del\b", "before "),
        (r"(?<=\d)(?:st|nd|rd|th|de|ste|ère|e|ème|eme|er|o|a)\b", " "),  # ordinals: "17de"
        (r"[.:]", " "),
    )
)

# The canonical language, and the English, German, French, Italian, Dutch and Spanish for it.
_VOCABULARY = {
    "": "c ca ci circa about around approximately approx um etwa gegen vers environ env verso "
    "ongeveer omstreeks hacia cerca probably prob possibly poss perhaps presumably likely wohl "
    "vermutlich wahrscheinlich waarschijnlijk peut être forse probablemente dated datiert daté "
    "from between von zwischen entre tra fra tussen the of in year years shortly der des dem den "
    "das de du la le les l d del della dell di il lo el los het",
    "-": "to and or until till through bis und oder et ou à au en y e ed o a al tot",
    "after": "nach après dopo después na post since seit depuis desde ab",
    "before": "vor avant antes voor ante by",
    "- later": "onward onwards present today ongoing heute",
    "century": "centuries cent jahrhundert jahrhunderts jh jhdt jhs siècle siècles siecle secolo "
    "secoli sec siglo siglos eeuw",
    "millennium": "millennia millenium jahrtausend jahrtausends millénaire millennio milenio",
    "bc": "bce",
    "ad": "ce",
    "half": "hälfte moitié metà mitad helft",
    "quarter": "viertel quart kwart cuarto",
    "drittel": "tiers tercio",
    "early": "beginning start anfang frühes frühen début inizio inizi begin principios vroege",
    "mid": "middle mitte milieu mediados midden",
    "late": "last end final letztes letzten ende spätes späten fin fine finales eind einde "
    "dernier ultimo último laatste",
    "1": "first erste erstes ersten premier première prima primera eerste",
    "2": "second zweite zweites zweiten seconde deuxième seconda segunda tweede",
    "3": "third dritte drittes dritten troisième terzo tercer derde",
    "4": "fourth viertes vierten quatrième",
}
_WORDS = {word: canonical for canonical, words in _VOCABULARY.items() for word in words.split()}
_ORDINALS = (
    "fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_WORDS |= {word: str(number) for number, word in enumerate(_ORDINALS.split(), 5)}
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi"
_ROMAN = {numeral: str(number) for number, numeral in enumerate(_NUMERALS.split(), 1)}

# Shares of a span: from, to, out of. A mere "half" is the middle ("metà del XVI secolo").
_PARTS = {"early": (0, 1, 3), "mid": (1, 2, 3), "half": (1, 2, 3), "late": (2, 3, 3)}
for _name, _count in {"half": 2, "drittel": 3, "quarter": 4}.items():
    _PARTS |= {f"{nth} {_name}": (nth - 1, nth, _count) for nth in range(1, _count + 1)}
    _PARTS[f"late {_name}"] = (_count - 1, _count, _count)
_PARTS["turn"] = (-1, 1, 10)
_COUNTED = {"century": 100, "millennium": 1000}

_WORD = re.compile(r"(?<!\d)[^\W\d_]+")
_NUMERAL = re.compile(r"\b([ivx]+)(?:e|o|ème)?\b")
_UNIT_FIRST = re.compile(r"(?<!\d )\bcentury ((?:\d\d? ?- ?)*\d\d?)\b(?! century)")
_SEPARATOR = re.compile(r"\s*[-/,;&+]\s*")
_DATED = r"(?=\s(?:(?:early|mid|late|turn|half|quarter|drittel|ad|bc|\d)\s)*\d)"
_AFTER = re.compile(rf"\bafter{_DATED}|-\s*(?:after|later)\s*(?:$|,)")
_BEFORE = re.compile(rf"\bbefore{_DATED}|-\s*(?:before|earlier)\s*(?:$|,)")
_BOUND_WORD = re.compile(r"\b(?:after|later|before|earlier)\b")
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_POINT = re.compile(
    rf"(?:\b(?P<part>{_PART})\b\s*)?(?:\b(?P<prefix>bc|ad)\s*)?"
    r"(?:(?<!\d)(?P<number>\d{1,6})(?!\d)\s*(?P<unit>s\b|century\b|millennium\b)?"
    r"(?:\s*(?P<suffix>bc|ad)\b)?)?"
)


@dataclass(frozen=True, slots=True)
class _Term:
    """One point of a date as it is written, "" for what it leaves out."""

    part: str
    number: str
    unit: str
    era: str

    @property
    def is_complete(self) -> bool:
        """Tell whether it is a date by itself, as "1650" is and "12" is not."""
        return bool(self.number and (self.unit or self.era or len(self.number) == 4))


def reaches(begin: int | None, end: int | None) -> bool:
    """Tell whether a range that begins so can reach an end; None is unbounded."""
    return begin is None or end is None or begin <= end


def _canonical(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()[:_LONGEST_TEXT]
    for pattern, replacement in _PHRASES:
        folded = pattern.sub(replacement, folded)
    worded = _WORD.sub(lambda match: _WORDS.get(match[0], match[0]), folded)
    if "century" in worded:
        worded = _NUMERAL.sub(lambda match: _ROMAN.get(match[1], match[0]), worded)
    return _UNIT_FIRST.sub(r"\1 century", " ".join(worded.split()))


def _terms(canonical: str) -> list[_Term]:
    """Read the terms, each completed from its neighbours: "late 15th-early 16th century"."""
    written = [term for chunk in _SEPARATOR.split(canonical) for term in _written(chunk.strip())]
    from_right = accumulate(reversed(written), lambda right, left: _from_right(left, right))
    return list(accumulate(reversed(list(from_right)), _from_left))


def _written(chunk: str) -> list[_Term]:
    """Find the points in a chunk; a part or small number counts only if it is all of it."""
    found = []
    for match in _POINT.finditer(chunk):
        groups = match.groupdict("")
        era = groups["prefix"] or groups["suffix"]
        term = _Term(groups["part"], groups["number"], groups["unit"], era)
        if term.is_complete or (match[0] and match[0] == chunk):
            found.append(term)
    return found


def _from_right(left: _Term, right: _Term) -> _Term:
    """Complete a term from the next: "15th/16th century", "early to mid 1880s", "50-40 BC"."""
    left = replace(left, era=left.era or right.era)
    if not left.number:
        return replace(left, number=right.number, unit=right.unit)
    if not left.unit and len(left.number) <= 2 and right.unit in _COUNTED:
        return replace(left, unit=right.unit)
    return left


def _from_left(left: _Term, right: _Term) -> _Term:
    """Complete a term from the one before: "1642/43", "1880s-90s", "AD 50-100"."""
    if left.era == "ad" and not right.era:
        right = replace(right, era="ad")
    missing = len(left.number) - len(right.number)
    if left.era == "bc" or right.unit in _COUNTED or len(right.number) > 2 or missing < 1:
        return right
    number = left.number[:missing] + right.number
    return replace(right, number=number if number >= left.number else "")  # "1845-03": a month


def _width(unit: str, number: int) -> int:
    if unit == "s":
        return 10 if number % 100 else 100  # "1880s" is a decade, "1700s" a century
    return _COUNTED.get(unit, 1)


def _span(term: _Term) -> tuple[int, int] | None:
    """Give the first and last year of a term, None where it names no year."""
    number = int(term.number or 0)
    if not number or (number < 100 and not term.era and term.unit not in _COUNTED):
        return None
    width = _width(term.unit, number)
    first = (number - 1) * width if term.unit in _COUNTED else number
    if term.era == "bc":
        first = 1 - first - width
    if first > _LATEST_YEAR:
        return None
    start, stop, parts = _PARTS.get(term.part, (0, 1, 1))
    begin, end = first + width * start // parts, first - (-width * stop // parts) - 1
    return begin or 1, end or -1  # There is no year 0.
