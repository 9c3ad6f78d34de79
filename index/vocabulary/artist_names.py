"""The ways in which people write an artist's name, from the ways in which a catalogue does."""

import re
from collections.abc import Iterator

from core.text import fold, word_set
from core.types import Artist

_TITLES = word_set(
    "sir dame lord lady dr prof professor capt captain rev revd reverend hon baron count"
)
# Not any capitals: "Paul KLEE" is how many museums write a surname.
_HONOURS = (
    "RA|ARA|PRA|HRA|RSA|ARSA|PRSA|RHA|ARHA|PRHA|RBA|RWS|PRWS|RSW|RE|RI|ROI|RP|RMS|NEAC|FSA|FRS|FRSA|"
    "OM|CH|CB|KG|KT|MC|DSO|CVO|KCVO|CBE|DBE|GBE|KBE|MBE|OBE|II|III|IV|Bt|Bart|Esq"
)
_LETTERS = re.compile(rf"(?:,?\s+(?:{_HONOURS})\.?)+$")  # "OM, CH", "RA", "Bt"
_GENERATION = re.compile(
    r",?\s+(?:jr|sr|junior|senior|the (?:elder|younger)|d\.? ?[äj]|der (?:ältere|jüngere)|"
    r"l['’]ancien|le (?:jeune|vieux))\.?$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\(.*?\)")
_PARTICLES = word_set("van von der den de di da del della du la le ter ten af zu of")
_NO_PERSON = word_set("school unknown anonymous artist artists century various")
_JOINED = re.compile(r"\s(?:&|and|und|et|with)\s")


def full_names(artist: Artist) -> set[str]:
    """Give the folded names of several words that stand for an artist."""
    if _is_no_person(artist):
        return set()
    found: set[str] = set()
    for raw in (artist.name, *artist.other_names):
        found.update(_name_forms(_straight(raw), _surname(raw, artist)))
    return {name for name in found if " " in name}


def surnames(artist: Artist) -> set[str]:
    """Give the folded surnames of an artist, and the names that are one word."""
    if _is_no_person(artist):
        return set()
    found: set[str] = set()
    for raw in (artist.name, *artist.other_names):
        straight = _straight(raw)
        if _JOINED.search(straight):
            continue  # "Gilbert & George" is no Mr George
        surname = _surname(raw, artist)
        found.add(surname)
        found.add(_with_particles(straight, surname))
    return set(filter(None, found))


def _is_no_person(artist: Artist) -> bool:
    return bool(_NO_PERSON & set(fold(artist.name).split()))


def _straight(raw: str) -> str:
    """Put a name into the order of speech, without titles: "Millais, Sir John, Bt"."""
    bare = _LETTERS.sub("", _IN_BRACKETS.sub("", raw).strip())
    last, comma, first = bare.partition(",")
    spoken = f"{first} {last}" if comma else bare
    tokens = spoken.split()
    while len(tokens) > 1 and fold(tokens[0]) in _TITLES:
        tokens.pop(0)
    return " ".join(tokens)


def _surname(raw: str, artist: Artist) -> str:
    last, comma, _ = (artist.sort_name or "").partition(",")
    surname = fold(last)
    straight = _straight(raw)
    if comma and f" {surname} " in f" {fold(straight)} ":
        return surname
    family = _GENERATION.sub("", straight).split()
    return fold(family[-1]) if family else ""


def _name_forms(straight: str, surname: str) -> Iterator[str]:
    whole = fold(straight)
    yield whole
    if _JOINED.search(straight) or not whole.endswith(f" {surname}"):
        return
    given = [w for w in whole[: -len(surname)].split() if w not in _PARTICLES]
    ends = {surname, _with_particles(straight, surname)}
    initials = [word[0] for word in given]
    for end in ends:
        yield from (f"{word} {end}" for word in given)
        if initials != ["a"]:  # "a hunt" is no Alfred Hunt
            yield f"{''.join(initials)} {end}"
            yield f"{' '.join(initials)} {end}"
        yield from (f"{word[0]} {end}" for word in given[:1] if word[0] != "a")
        yield f"{end} {' '.join(given)}"


def _with_particles(straight: str, surname: str) -> str:
    """Put "van" back before "Gogh"."""
    before = fold(straight).removesuffix(surname).split()
    kept = surname
    while before and before[-1] in _PARTICLES:
        kept = f"{before.pop()} {kept}"
    return kept
