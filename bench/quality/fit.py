"""Whether "nothing fits" is said when it should be: false alarms and misses."""

from collections.abc import Mapping, Sequence
from itertools import chain

from bench.quality.configs import WHOLE
from bench.quality.context import Context
from bench.quality.homes import Home
from bench.quality.judged import JudgedSet, Part
from bench.quality.places import CASES, content_key
from bench.quality.results import Figures, Place
from bench.quality.scoring import mean
from core.filters import Field, Filter, Leaf, Op
from core.queries import Query
from core.understanding import MatchLevel
from search.engine import SearchEngine

FILE = CASES / "off_topic.txt"
ON_TOPIC, OFF_TOPIC = "on-topic", "off-topic"
# Of on-topic queries, the share answered with "nothing fits"; of off-topic ones, the share answered
# with anything else, and with "a good match".
MISS, FALSE_ALARM, FALSE_GOOD = "miss", "false alarm", "false good"
# Fewer works compete under a filter, so even the best of them is less alike: from 57 % of Tate's
# works down to 0.3 %. Many an on-topic query does fit nothing there.
FILTERS: Mapping[str, Filter] = {
    "Turner": Leaf(Field.ARTIST, Op.WORDS, ("Joseph Mallord William Turner",)),
    "prints": Leaf(Field.CLASSIFICATION, Op.IN, ("on paper, print",)),
    "oil": Leaf(Field.MEDIUM, Op.WORDS, ("oil",)),
    "sculpture": Leaf(Field.CLASSIFICATION, Op.IN, ("sculpture",)),
    "Blake": Leaf(Field.ARTIST, Op.WORDS, ("William Blake",)),
}
_UNMEASURED = "the engine does not say whether anything fits"


def off_topic() -> list[str]:
    """Load the off-topic queries, which nothing was calibrated with."""
    return FILE.read_text(encoding="utf-8").splitlines()


def measure(
    context: Context,
    home: Home,
    sets: Sequence[JudgedSet],
    *,
    name: str,
    subjects: str,
    where: Filter | None = None,
) -> None:
    """Ask on-topic and off-topic queries, and keep how many were taken for the other."""
    engine = home.services.engine
    on_topic = [(q.query, q.part) for q in chain.from_iterable(s.queries for s in sets)]
    off = [(text, Part.ASIDE) for text in off_topic()]  # nothing was chosen by them
    key = content_key((home.key, on_topic, off))
    any_place = Place(name, Part.ASIDE, subjects, OFF_TOPIC, WHOLE, FALSE_ALARM)
    if context.is_done(any_place, key):
        return
    levels_on, levels_off = (_levels(engine, texts, where) for texts in (on_topic, off))
    if None in (*levels_on, *levels_off):
        context.skip(name, subjects, _UNMEASURED)
        return
    for part in Part:
        on = [level for level, (_, of) in zip(levels_on, on_topic, strict=True) if of is part]
        false = [level for level, (_, of) in zip(levels_off, off, strict=True) if of is part]
        rates = {
            (ON_TOPIC, MISS): [level is MatchLevel.NONE for level in on],
            (OFF_TOPIC, FALSE_ALARM): [level is not MatchLevel.NONE for level in false],
            (OFF_TOPIC, FALSE_GOOD): [level is MatchLevel.GOOD for level in false],
        }
        for (kind, what), claims in rates.items():
            if claims:
                found = mean([float(claim) for claim in claims])
                figures = Figures(found.value, found.low, found.high, found.queries)
                place = Place(name, part, subjects, kind, WHOLE, what)
                context.keep(place, figures, {"key": key})


def _levels(
    engine: SearchEngine, texts: Sequence[tuple[str, Part]], where: Filter | None
) -> list[MatchLevel | None]:
    pages = (engine.search(Query(text=text, where=where, limit=1)) for text, _ in texts)
    return [page.match.level if page.match else None for page in pages]
