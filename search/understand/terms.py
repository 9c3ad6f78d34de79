"""Words for media, techniques and kinds of works, and what museums call them."""

from dataclasses import dataclass
from enum import StrEnum

from core.filters import Field
from core.text import word_set


class Style(StrEnum):
    """How far a word can be trusted to say what a work is, not what it shows."""

    TECHNIQUE = "technique"  # "etchings"
    MATERIAL = "material"  # "bronze": it counts in "bronze sculptures" and "in bronze"
    WHOLE = "whole"  # "oil on canvas": certain wherever it stands


Wanted = tuple[Field, tuple[str, ...]]
"""A field and the words of which one has to stand in it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of work or material."""

    label: str
    style: Style
    forms: str  # folded ways to write it, joined by bars
    wanted: tuple[Wanted, ...]  # the first that the collection has is what it means


def _medium(*words: str) -> Wanted:
    return (Field.MEDIUM, words)


def _class(*words: str) -> Wanted:
    return (Field.CLASSIFICATION, words)


_T, _M = Style.TECHNIQUE, Style.MATERIAL
TERMS = (
    # Kinds of works. Tate keeps its drawings under "on paper, unique".
    Term("paintings", _T, "painting|paintings|canvas painting|canvas paintings",
         (_class("painting", "paintings"), _medium("oil", "acrylic", "tempera"))),
    Term("prints", _T, "print|prints", (_class("print", "prints"), _medium("print", "prints"))),
    Term("drawings", _T, "drawing|drawings",
         (_class("drawing", "drawings"), _class("paper unique"),
          _medium("graphite", "pencil", "chalk", "ink", "charcoal"))),
    Term("works on paper", Style.WHOLE, "works on paper|work on paper",
         (_class("paper"), _medium("paper"))),
    Term("sculpture", _T, "sculpture|sculptures",
         (_class("sculpture", "sculptures"), _medium("bronze", "marble", "stone", "plaster"))),
    Term("photographs", _T, "photograph|photographs|photo|photos|photography",
         (_class("photograph", "photographs", "photography"),
          _medium("photograph", "photographs", "photo", "photography"))),
    Term("installations", _T, "installation|installations", (_class("installation"),)),
    Term("videos", _T, "video|videos|film installation", (_medium("video"), _class("video"))),
    # Techniques and media.
    Term("watercolour", _T, "watercolour|watercolours|watercolor|watercolors|aquarelle|aquarelles",
         (_medium("watercolour", "watercolor", "watercolours", "watercolors"),)),
    Term("etching", _T, "etching|etchings|etched print|etched prints",
         (_medium("etching", "etchings", "etched"),)),
    Term("wood engraving", _T, "wood engraving|wood engravings", (_medium("wood engraving"),)),
    Term("engraving", _T, "engraving|engravings", (_medium("engraving", "engravings"),)),
    Term("lithograph", _T, "lithograph|lithographs|lithography",
         (_medium("lithograph", "lithographs", "lithography"),)),
    Term("woodcut", _T,
         "woodcut|woodcuts|woodblock|woodblocks|woodblock print|woodblock prints|wood block print|"
         "wood block prints|wood cut|wood cuts",
         (_medium("woodblock", "woodcut", "woodcuts", "woodblocks"),)),
    Term("linocut", _T, "linocut|linocuts", (_medium("linocut", "linocuts"),)),
    Term("aquatint", _T, "aquatint|aquatints", (_medium("aquatint", "aquatints"),)),
    Term("mezzotint", _T, "mezzotint|mezzotints", (_medium("mezzotint", "mezzotints"),)),
    Term("drypoint", _T, "drypoint|drypoints|dry point", (_medium("drypoint", "drypoints"),)),
    Term("screenprint", _T, "screenprint|screenprints|screen print|screen prints|silkscreen|"
         "silkscreens|silkscreen prints|serigraph|serigraphs",
         (_medium("screenprint", "screenprints", "silkscreen", "serigraph"),)),
    Term("monotype", _T, "monotype|monotypes|monoprint|monoprints",
         (_medium("monotype", "monoprint"),)),
    Term("gouache", _T, "gouache|gouaches", (_medium("gouache"),)),
    Term("collage", _T, "collage|collages", (_medium("collage"),)),
    Term("fresco", _T, "fresco|frescoes|frescos", (_medium("fresco"),)),
    Term("tapestry", _T, "tapestries", (_medium("tapestry", "tapestries"),)),
    Term("pastel", _T, "pastels", (_medium("pastel", "pastels"),)),
    Term("bronze", _T, "bronzes", (_medium("bronze", "bronzes"),)),
    Term("oil", _T, "oils", (_medium("oil", "oils"),)),
    Term("gelatin silver print", Style.WHOLE, "gelatin silver print|gelatin silver prints",
         (_medium("gelatin silver", "gelatine silver"),)),
    Term("pen and ink", Style.WHOLE, "pen and ink|pen ink", (_medium("pen ink", "pen and ink"),)),
    Term("oil on canvas", Style.WHOLE, "oil on canvas|oils on canvas|oil paint on canvas",
         (_medium("oil canvas"),)),
    Term("oil on panel", Style.WHOLE, "oil on panel|oil on wood|oil on board",
         (_medium("oil panel", "oil wood", "oil board"),)),
    # Materials, which works may show as well.
    Term("oil", _M, "oil|oil paint", (_medium("oil", "oils"),)),
    Term("acrylic", _M, "acrylic|acrylics", (_medium("acrylic"),)),
    Term("tempera", _M, "tempera", (_medium("tempera"),)),
    Term("bronze", _M, "bronze", (_medium("bronze"),)),
    Term("marble", _M, "marble", (_medium("marble"),)),
    Term("plaster", _M, "plaster", (_medium("plaster"),)),
    Term("terracotta", _M, "terracotta|terra cotta", (_medium("terracotta", "terra cotta"),)),
    Term("chalk", _M, "chalk|chalks|red chalk|black chalk", (_medium("chalk", "chalks"),)),
    Term("charcoal", _M, "charcoal", (_medium("charcoal"),)),
    Term("pencil", _M, "pencil|graphite", (_medium("pencil", "graphite"),)),
    Term("ink", _M, "ink", (_medium("ink"),)),
    Term("pastel", _M, "pastel", (_medium("pastel", "pastels"),)),
    Term("stone", _M, "stone", (_medium("stone", "limestone", "sandstone", "alabaster"),)),
    Term("wood", _M, "wood|wooden", (_medium("wood", "oak", "mahogany", "walnut", "elm"),)),
    Term("steel", _M, "steel", (_medium("steel"),)),
    Term("glass", _M, "glass", (_medium("glass"),)),
)  # fmt: skip
BY_FORM = {form: term for term in TERMS for form in term.forms.split("|")}

# "Oil paintings" are oils: museums file them under more than one kind of work. "Bronze sculptures"
# are bronzes and sculptures, and both are asked for.
MADE_WITH = word_set(
    "painting paintings drawing drawings sketch sketches study studies portrait portraits "
    "landscape landscapes print prints picture pictures"
)
CARVED = word_set(
    "sculpture sculptures bust busts head heads figure figures statuette statuettes relief reliefs "
    "carving carvings cast casts medal medals torso torsos"
)
# Materials in which works are made, as people say it: "a horse in bronze", but "dressed in gold".
SAID_WITH_IN = word_set(
    "oil oils acrylic tempera bronze marble plaster terracotta chalk charcoal pencil ink pastel "
    "watercolour gouache"
)
DRESSES = word_set("dressed clad covered wrapped bathed written")
