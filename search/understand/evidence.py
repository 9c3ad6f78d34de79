"""Evidence for and against a name: what a collection has, and what stands around the words."""

from core.types import DEFAULT_ROLE
from core.understanding import PhraseKind
from search.understand import curated
from search.understand.candidate import Ground
from search.understand.names import LONGEST_NAME, Named
from search.understand.words import Words

_FEW_WORKS = 3  # of a collection that a bare surname must stand for: "Storey", "Hudson"
_TYPO_WORKS = 10  # a name that is not spelt right must be one that people look for


def name_confidence(ground: Ground, named: Named, first: int, role: str) -> float:
    """Say how sure it is that a name which begins at `first`, title included, is its maker's."""
    words = ground.words
    sure = (
        0.95 if named.is_full else _surname_confidence(ground, named, first, role != DEFAULT_ROLE)
    )
    if role != DEFAULT_ROLE:
        return sure
    if named.is_corrected:
        is_known = named.works >= _TYPO_WORKS or _is_by(words, first)
        sure *= 0.85 if is_known else 0.5
    return sure * _context(ground, named, first)


def taken_first(words: Words, first: int, role_first: int) -> int:
    """Take "painted by" and "the art of" along with the name."""
    if role_first < first:
        return role_first
    for phrase in ("works of", "work of", "art of", "paintings of", "by the artist", "by artist"):
        start = words.ends_with(first, phrase)
        if start is not None:
            return start + (phrase == "paintings of")
    if words.before(first) != "by":
        return first
    return first - 1 - (words.before(first - 1) in curated.MAKING)


def _is_by(words: Words, first: int) -> bool:
    """Tell whether "by" before a name says who made it: not in "visited by Turner"."""
    if words.before(first) != "by":
        return False
    verb = words.before(first - 1)
    is_passive = verb.endswith("ed") or verb in curated.IRREGULAR_PASSIVES
    return verb in curated.MAKING or not is_passive


def is_marked(words: Words, named: Named, first: int) -> bool:
    """Tell whether "by" or "'s" says that a name is meant."""
    return _is_by(words, first) or words.all[named.last - 1].is_possessive


def _surname_confidence(ground: Ground, named: Named, first: int, is_role: bool) -> float:
    """Weigh a surname alone: the artist's works against all that the word is used for."""
    words, phrase = ground.words, ground.words.phrase(named.first, named.last)
    if named.works < _FEW_WORKS and not (is_role or is_marked(words, named, first)):
        return 0.5
    if named.is_corrected or " " in phrase:
        return 0.9
    use = ground.vocabulary.use_of(phrase)
    works = named.works
    is_by, is_capital = _is_by(words, first), words.all[named.first].is_capital
    is_by_name = is_by and is_capital and named.first > 0 and not _is_first_name(words, named)
    if phrase in curated.NAMES_AND_WORDS:
        is_known = use.works <= curated.NAMES_SHARE * works or is_marked(words, named, first)
        is_name = is_capital and is_known and not _is_verb_next(words, named.last)
        return 0.85 if is_name or is_by else 0.3
    if phrase in curated.ORDINARY_NAMES or use.lower > curated.ORDINARY_SHARE * works:
        return 0.8 if is_by_name and works else 0.3
    if use.works > works:
        return 0.75 if is_role or is_marked(words, named, first) else 0.4
    return 0.9


def _is_first_name(words: Words, named: Named) -> bool:
    """Tell whether a name goes on with one that is not known: "by Thomas Lupton"."""
    following = words.after(named.last)
    return bool(following) and words.all[named.last].is_capital and not _possessive(words, named)


def _is_verb_next(words: Words, last: int) -> bool:
    """Tell whether a word like a verb follows: "constable arrests"."""
    following = words.after(last)
    return following.endswith(("ing", "ed"))


def _context(ground: Ground, named: Named, first: int) -> float:
    """Weigh what stands around a name: "portrait of Blake", "Lady Hamilton", "Moore Street"."""
    words = ground.words
    before = words.before(first)
    if before in curated.RANKS:
        return 0.3
    if any(words.ends_with(first, phrase) is not None for phrase in curated.NOT_BY):
        return 0.3
    if _is_thing(words, named.last) and not _possessive(words, named):
        return 0.3
    if taken_first(words, first, first) < first - 1 or _is_by(words, first):
        return 1.05
    if before in curated.DETERMINERS:
        return 0.3
    if before in ("and", "or") and _ends_a_name(ground, first - 1):
        return 1.0
    is_owner = _possessive(words, named) and before not in curated.SUBJECTS_OWN
    if before in curated.SUBJECT_WORDS and not is_owner:
        return 0.4
    if before == "by":
        return 0.4
    return 1.0 if named.is_full else _alone(ground, named, first)


def _ends_a_name(ground: Ground, last: int) -> bool:
    people = (PhraseKind.NAME, PhraseKind.SURNAME)
    starts = range(max(0, last - LONGEST_NAME), last)
    return any(ground.values(start, last, kind) for start in starts for kind in people)


def _is_thing(words: Words, last: int) -> bool:
    following = words.after(last)
    is_capital = bool(following) and words.all[last].is_capital
    return following in (curated.THINGS_WITH_CAPITAL if is_capital else curated.THINGS_NAMED)


def _possessive(words: Words, named: Named) -> bool:
    return words.all[named.last - 1].is_possessive


def _alone(ground: Ground, named: Named, first: int) -> float:
    """Doubt a surname with a first name that no artist of this surname has: "Emma Hamilton"."""
    words = ground.words
    before = words.before(first)
    is_inverted = named.last < len(words) and words.all[named.last].after_break
    if len(before) == 1 or (is_inverted and ground.vocabulary.is_name_word(words[named.last])):
        return 0.5  # "S.W. Reynolds", "Pissarro, Camille"
    if len(before) < 3 or before in curated.ART_NOUNS or before in curated.FOLLOWERS:
        return 1.0
    is_first_name = ground.vocabulary.is_name_word(before)
    is_word = bool(ground.vocabulary.use_of(before).lower)
    return 0.5 if is_first_name and not is_word else 1.0
