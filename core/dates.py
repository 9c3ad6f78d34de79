"""Museum dates: one line of catalogue text read as a range of years.

The text is first rewritten into a small canonical language ("vers la fin du XVIIe
siècle" becomes "late 17 century"), then cut into terms at dashes, commas and words such
as "or". Each term is a span of years; the date is the range over all of them.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise


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
        return _reaches(self.begin, other.end) and _reaches(other.begin, self.end)


def parse_date(text: str | None) -> YearRange | None:
    """Read a museum's date text as a range of years, None where it names none.

    - "circa", "probably" and "?" leave the year as it stands, as in Tate's own years.
    - A century is its hundreds ("18th century" is 1700 to 1799, BC mirrored); early, mid
      and late are its thirds, as in the National Gallery of Art's years. So is "1700s".
    - "after" and "before" include the year named and leave the other side open.
    - Years at which a work was published, reprinted, cast, exhibited or restored are left
      out when its making is dated; years printed, remade or reworked are kept (Tate's use).
    """
    canonical = _canonical((text or "")[:_LONGEST_TEXT])
    is_after, is_before = bool(_AFTER.search(canonical)), bool(_BEFORE.search(canonical))
    spans = [span for term in _terms(_BOUND_WORD.sub(" ", canonical)) if (span := _span(term))]
    if not spans:
        return None
    begin = min(first for first, _ in spans)
    end = max(last for _, last in spans)
    if is_after == is_before:
        return YearRange(begin, end)
    return YearRange(begin, None) if is_after else YearRange(None, end)


_LONGEST_TEXT = 300  # The longest of Tate's 69,202 date texts has 81 characters.
_LATEST_YEAR = 2100

# Rewrites of the folded text, in order, before single words are looked up.
_PHRASES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[‐‑‒–—―−~]", "-"),
        # Years that came after the making, measured on Tate: see `parse_date`.
        (
            r"^(.*?\d.*?)\b(?:(?:first|later|posthumous) )*(?:published|re-?printed|re-?issued"
            r"|(?:re-?)?cast|exhibited|restored|repaired|reassembled|edition|restrike"
            r"|printed(?= (?:after|before|later|no))|gedruckt|gegossen|publié|fondu)\b.*$",
            r"\1",
        ),
        # Unknown last digits: "186[?]", "186-?", "186-", "18--".
        (r"\b(\d{3})(?:\[\?\]|\(\?\)|-\?|_)", r"\g<1>0s"),
        (r"^(\D*1\d\d)-\s*$", r"\g<1>0s"),
        (r"\b(1\d)--", r"\g<1>00s"),
        (r"\b(\d{4})-\d\d-\d\d(?!\d)", r"\1"),
        (r"\s[\[(]", ","),
        (r"[\[\]()?\"]", ""),
        (r"(\d{4})\s*-\s*$", r"\1 - later"),
        (r"\b(\d{1,3}),(\d{3})(?=\s*b\.?\s*c\b)", r"\1\2"),
        (r"(?<=\d)(?=bc|ad|ce)", " "),
        (r"\b(?:b\.\s?c\.(?:\s?e\.)?|v\.?\s?chr\b|av\.?\s?j\.?\s?-?\s?c\b|a\.\s?c\.)", " bc "),
        (r"\b(?:a\.\s?d\.|c\.\s?e\.|n\.?\s?chr\b|ap\.?\s?j\.?\s?-?\s?c\b|d\.\s?c\.)", " ad "),
        (r"(?<=\d)(st|nd|rd|th)?\s*-?\s*c\b\.?", " century "),  # "18th c."
        (r"\bc(\d\d)(?:th)?\b", r"\1 century "),  # "C18th"
        (r"\bss?\.\s*(?=[ivx]+\b)", "century "),  # "s. XVIII"
        (r"\b(?:années|anni|años|década de|jaren)\s+(\d{3}0)\b", r"\1s"),
        (r"(?<=\d0)er\b|(?<=\d0)['’]s", "s"),
        (r"(?<=st |nd )third\b", "drittel"),
        (r"\b(?:not?|nicht|pas|niet) (?:before|earlier than|vor|avant|voor)\b", "after"),
        (r"\b(?:not?|nicht|pas|niet) (?:after|later than|nach|après|na)\b", "before"),
        (r"^(?:up to|until|till|bis|tot|jusqu\S*)\s|\bprima del\b", "before "),
        (r"(?<=\d)(?:st|nd|rd|th|de|ste|ère|e|ème|eme|er|o|a)\b", " "),  # ordinals: "17de"
        (r"\b(early|mid|late|turn)-|-(?=century|centuries)", r"\1 "),
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
    "earlier": "früher",
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
_NUMERALS = (
    "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi".split(),
    "- - - - fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split(),
)
_NUMBERS = {word: str(n) for words in _NUMERALS for n, word in enumerate(words, 1)}

# Shares of a span: from, to, out of. A mere "half" is the middle ("metà del XVI secolo").
_PARTS = {
    "early": (0, 1, 3),
    "mid": (1, 2, 3),
    "half": (1, 2, 3),
    "late": (2, 3, 3),
    "1 half": (0, 1, 2),
    "2 half": (1, 2, 2),
    "late half": (1, 2, 2),
    "1 drittel": (0, 1, 3),
    "2 drittel": (1, 2, 3),
    "late drittel": (2, 3, 3),
    "1 quarter": (0, 1, 4),
    "2 quarter": (1, 2, 4),
    "3 quarter": (2, 3, 4),
    "4 quarter": (3, 4, 4),
    "late quarter": (3, 4, 4),
    "turn": (-1, 1, 10),
    "": (0, 1, 1),
}
_COUNTED = {"century": 100, "millennium": 1000}

_WORD = re.compile(r"(?<!\d)[^\W\d_]+")
_ROMAN = re.compile(r"\b([ivx]+|[a-z]+th|twenty-first)(?:e|o|ème)?\b(?=.*century|.*millennium)")
_UNIT_FIRST = re.compile(r"(?<!\d )\b(century)((?:\s*-?\s*\b\d\d?\b)+)(?!\s*century)")
_SEPARATOR = re.compile(r"\s*[-/,;&+|]+\s*")
_DATED = r"(?=\s(?:(?:early|mid|late|turn|half|quarter|drittel|ad|bc|\d)\s)*\d)"
_AFTER = re.compile(rf"\bafter{_DATED}|-\s*(?:after|later)\s*(?:$|,)")
_BEFORE = re.compile(rf"\bbefore{_DATED}|-\s*(?:before|earlier)\s*(?:$|,)")
_BOUND_WORD = re.compile(r"\b(?:after|later|before|earlier)\b")
_POINT = re.compile(
    rf"(?:(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True)[:-1])})\b\s*)?"
    r"(?:(?P<prefix>bc|ad)\s*)?"
    r"(?:(?<!\d)(?P<number>\d{1,6})(?!\d)\s*(?P<unit>s\b|century|millennium)?"
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
    def stands_alone(self) -> bool:
        return bool(self.number and (self.unit or self.era or len(self.number) == 4))


def _canonical(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    for pattern, replacement in _PHRASES:
        folded = pattern.sub(replacement, folded)
    words = _WORD.sub(lambda word: _WORDS.get(word[0], word[0]), folded)
    numbered = _ROMAN.sub(lambda word: _NUMBERS.get(word[1], word[0]), words)
    return " ".join(_UNIT_FIRST.sub(r"\2 \1", numbered).split())


def _terms(canonical: str) -> list[_Term]:
    """Read the terms, each completed from its neighbours: "late 15–early 16th century"."""
    terms = [term for chunk in _SEPARATOR.split(canonical) for term in _written(chunk.strip())]
    for index in range(len(terms) - 2, -1, -1):
        terms[index] = _completed_from_right(terms[index], terms[index + 1])
    for index, (left, right) in enumerate(pairwise(list(terms)), 1):
        terms[index] = _completed_from_left(terms[index - 1], right) if left else right
    return terms


def _written(chunk: str) -> list[_Term]:
    """Find the points in a chunk; a bare part or small number must be all of it."""
    found = [
        (match[0].strip(), _Term(*(match[g] or match[h] or "" for g, h in _GROUPS)))
        for match in _POINT.finditer(chunk)
    ]
    return [term for words, term in found if words and (term.stands_alone or words == chunk)]


_GROUPS = (("part", "part"), ("number", "number"), ("unit", "unit"), ("prefix", "suffix"))


def _completed_from_right(left: _Term, right: _Term) -> _Term:
    era = left.era or right.era
    if not left.number:
        return replace(left, number=right.number, unit=right.unit, era=era)
    if not left.unit and len(left.number) <= 2 and right.unit in _COUNTED:
        return replace(left, unit=right.unit, era=era)
    return replace(left, era=era)


def _completed_from_left(left: _Term, right: _Term) -> _Term:
    if right.era == "" and left.era == "ad":
        right = replace(right, era="ad")
    if left.era == "" and 3 <= len(left.number) and len(right.number) <= 2:
        if right.unit in ("", "s") and right.number:
            return replace(right, number=left.number[: -len(right.number)] + right.number)
    return right


def _span(term: _Term) -> tuple[int, int] | None:
    """Give the first and last year of a term, None where it is no year."""
