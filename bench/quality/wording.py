"""Subjects of a museum in the words that people use."""

import re
from enum import StrEnum


class Form(StrEnum):
    """How a subject is worded."""

    THINGS = "things"  # "dog - non-specific" → "dogs"
    MATTER = "matter"  # "snow"
    NAME = "name"  # "the Crucifixion"
    PLACE = "place"  # "Venice"
    WORKS = "works"  # "portraits": what the works are, not what they show


def _listed(text: str) -> frozenset[str]:
    return frozenset(re.split(r",\s+", text.strip()))


# Heads that the rules word badly, or that mean too much to be asked for.
LEFT_OUT = _listed("""
    natural feature, features, miscellaneous, monument, art, pose, artwork, aerial view,
    background, foreground, object, item, material, panoramic, wooded, rocky, distant, figure,
    individual, group, townscape, building, UK, named, artillery, bank, column, model, painting,
    picture, photograph, print, plinth, relief, sculpture, patron, kit, estate, flat, drink,
    tie, suit, collar, fan, staff, trunk, hull, palm, riding, human, landscape, spectacles,
    clothing, worship, prayer, spring, playing, walking, drawing water, tourism, nymph, putto,
    star, Spa, Genesis, Luke, Matthew, instrument, pack animal, art dealer, painting materials,
    vitrine, tin can, ceramics, wallpaper, cloth, table cloth, root, reed, pipe, make-up, box,
    custom house, courtier, ground, water, sail, rigging, branch, trees, halo, England
""")
_MATTER = _listed("""
    armour, grass, ivy, foliage, snow, ice, ground, fruit, furniture, wood, corn, wheat, hay,
    bread, meat, cheese, water, jewellery, clothing, music, refuse, cloth, wine, beer, milk,
    tea, coffee, seaweed, moss, heather, drapery, lace, china, silver, make-up, marsh, weed,
    cutlery, sugar, honey, food, drink, bamboo, vegetation, undergrowth, reed, fabric, still
    life, hair, underwear, farmland, cattle, poultry, porcelain, blossom, mistletoe, straw,
    tobacco, royalty, cavalry, infantry, clergy, aristocracy, nobility, army, navy, airforce,
    folk, livestock, game, luggage
""")
_ARTICLED = _listed("""
    Crucifixion, Annunciation, Nativity, Deposition, Resurrection, Entombment, Last Judgement,
    Deluge, Last Supper, Flagellation, Visitation, Assumption, Pieta, USA, Netherlands, Alps,
    Rhine, Virgin Mary, Peak District, Lake District, Isle of Wight, Channel Islands, Creation,
    Fall, Good Samaritan, Prodigal Son, moon, sun, sky
""")
_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "sheep": "sheep", "deer": "deer",
    "fish": "fish", "goose": "geese", "mouse": "mice", "wolf": "wolves", "calf": "calves",
    "ox": "oxen", "knife": "knives", "leaf": "leaves", "loaf": "loaves", "aircraft": "aircraft",
    "spacecraft": "spacecraft", "swine": "swine", "grouse": "grouse", "bison": "bison",
    "handkerchief": "handkerchiefs", "roof": "roofs", "thief": "thieves", "salmon": "salmon",
    "fisherman": "fishermen", "nobleman": "noblemen", "foot": "feet",
    "elf": "elves", "shelf": "shelves",
}  # fmt: skip
_WORDING = {"cloud": "clouds", "storm": "storms", "flood": "floods", "sunbeam": "sunbeams"}
_NAMES_OF_WATER = re.compile(r"^(River|Firth|Bay|Lake|Loch) ")


def head_of(leaf: str) -> str:
    """Take the museum's grammar off a leaf: "dog - non-specific" → "dog"."""
    head = re.split(r" - |, | \(", leaf)[0]
    return head.rpartition(" / ")[2].strip("' ")


def plain_words(head: str, form: Form) -> str:
    """Word a head as people write it: "dog" → "dogs", "River Thames" → "the River Thames"."""
    if form is Form.THINGS:
        return plural(head)
    if form is Form.MATTER:
        return _WORDING.get(head, head)
    if head in _ARTICLED or (_NAMES_OF_WATER.match(head) and not head.startswith(("L", "Bay "))):
        return f"the {head}"
    return head


def plural(head: str) -> str:
    """Write a thing in the plural: "church" → "churches", "bird of prey" → "birds of prey"."""
    first, joint, rest = head.partition(" of ")
    front, space, word = first.rpartition(" ")
    return front + space + _plural_word(word) + joint + rest


def _plural_word(word: str) -> str:
    if word in _MATTER or (word.endswith("s") and not word.endswith(("ss", "us"))):
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("man") and word not in ("human", "German", "Roman", "woman"):
        return word[:-3] + "men"
    if word.endswith("woman"):
        return word[:-5] + "women"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("ss", "us", "x", "ch", "sh")) else "s")


def is_plain(head: str) -> bool:
    """Tell whether the rules word a head well, and it means something that is asked for."""
    return head not in LEFT_OUT and bool(re.fullmatch(r"[^\W\d_][\w'’ -]{2,}", head))
