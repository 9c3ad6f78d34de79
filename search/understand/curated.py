"""Words of English that no collection tells: what stands around names, kinds and dates."""

from core.text import word_set

DETERMINERS = word_set(
    "the a an this that these those his her their my our your its some any every each two three "
    "four five six several many old little poor"
)
PREPOSITIONS = word_set(
    "of at with among amongst on in to for into onto over under near behind beside between from "
    "about against around through like upon by towards inside and or but versus vs"
)
# What may follow the noun that a query is about: "watercolours *of* Venice", "prints *from* …".
FOLLOWERS = PREPOSITIONS | word_set(
    "showing depicting featuring portraying representing illustrating made painted drawn created "
    "done produced dated circa c after before since that which where who is are without not except "
    "during attributed while"
)
MAKING = word_set(
    "painted drawn sketched made created done produced designed carved sculpted etched engraved "
    "printed photographed executed modelled composed signed depicted portrayed imagined shown"
)
# Passive verbs that do not say who made a work: "surrounded *by* women", "eaten by a wolf".
IRREGULAR_PASSIVES = word_set(
    "held seen worn driven chosen eaten taken given known beaten bitten torn caught led fed lit "
    "brought bought sold told shot struck hit overrun ridden swept thrown stolen"
)
# Words before a name that make it a subject, an influence, or another person's name.
SUBJECT_WORDS = word_set(
    "of about for to against depicting showing portraying featuring like unlike near at in with "
    "versus vs and or from on inspired influenced"
)
SUBJECTS_OWN = word_set("for to against at near with like unlike")  # "for Rogers's poems"
RANKS = word_set(
    "mr mrs ms miss lady lord duke duchess king queen saint st prince princess admiral general "
    "count countess emperor madame monsieur mount lake port fort president captain colonel"
)
NOT_BY = (
    "inspired by", "influenced by", "similar to", "reminiscent of", "homage to", "owned by",
    "collected by", "commissioned by", "visited by", "written by", "poem by", "poems by",
    "novel by", "book by", "music by",
)  # fmt: skip
# "Moore Street", "Turner Prize", "Constable Country": the name of something else.
THINGS_NAMED = word_set("street road lane prize museum gallery college hospital press society")
THINGS_WITH_CAPITAL = THINGS_NAMED | word_set(
    "house hall palace castle abbey church school contemporary bridge park square county country "
    "island islands bay river lake mill farm terrace station tower court arms inn"
)
# Surnames that are words, whatever a collection's texts say: its titles have capitals.
ORDINARY_NAMES = word_set(
    "archer baker banks barber bell berry bird bishop black bloom bond book brook brooks "
    "brown burns butcher butler carpenter carter castle chance christ church clay cloud coal cook "
    "cooper cross crown day dean dove drake draper drew duke earl fair farmer field fields finch "
    "fisher flood flower flowers forest fox freeman frost gardener gate gold good gray green grey "
    "grove hall hand hare hart heath hill hills holiday holly hood hope horn house "
    "hunter ivory jewel joy judge key king kings knight knights lamb land lane law leaf light lily "
    "lion little long lord love marsh masters may mayor meadow miller moon "
    "morning mountain muse music nature nelson night noble north page paint painter parish "
    "park peace pearl penny plant pool pope porter power price prince print queen "
    "rain read reading rich ring rivers robin rock rose rush sage sailor salt sands savage sea "
    "seal shepherd ship silver singer sky slaughter smith snow south spring stable star "
    "steel stone storm strange street summer sun swan sweet tailor temple thorn thunder "
    "tiger tower town trees turn wade walker walls ward warden water waters waves weaver west "
    "wheeler white wild winter wise wolf wood woods world wright young "
    "james thomas george henry william charles john david michael martin peter paul alexander "
    "francis frederick arthur alfred albert anthony andrew stephen simon philip edward richard "
    "benjamin leonard leslie lawrence ralph keith roger mary anne elizabeth victoria grace "
    "helen alice"
)  # fmt: skip
# Words as well, but rarer than the artists in a collection that has many of their works.
NAMES_AND_WORDS = word_set("constable piper bacon hunt heron gill mason potter")
NAMES_SHARE = 0.2  # of an artist's works: Tate has 244 works by Constables, 45 texts with the word
ORDINARY_SHARE = 0.05  # of an artist's works: "heron" stands in lower case in 27 of Tate's texts

ROLE_PHRASES = {
    "after": "after", "copy after": "after", "copies after": "after", "copied from": "after",
    "a copy of": "after", "prints after": "prints after", "attributed to": "attributed to",
    "formerly attributed to": "formerly attributed to", "studio of": "studio of",
    "workshop of": "workshop of", "circle of": "circle of", "follower of": "follower of",
    "followers of": "follower of", "school of": "school of", "manner of": "manner of",
    "in the manner of": "manner of", "style of": "style of", "in the style of": "style of",
    "imitator of": "imitator of", "imitators of": "imitator of", "pupil of": "pupil of",
    "pupils of": "pupil of", "assistant of": "assistant of", "possibly by": "attributed to",
    "associated with": "associated with", "workshop after": "after",
}  # fmt: skip
TITLES = word_set("sir dame dr professor prof reverend rev captain capt")

ARTIST_NOUNS = word_set(
    "artist artists painter painters sculptor sculptors photographer photographers printmaker "
    "printmakers engraver engravers etcher etchers illustrator illustrators watercolourist "
    "watercolourists makers maker designers designer draughtsman"
)
WOMEN = {
    "women": True, "woman": True, "female": True, "females": True,
    "men": False, "man": False, "male": False, "males": False,
}  # fmt: skip
GENDER_VALUES = {
    True: ("female", "woman", "women", "f", "w", "weiblich", "femme"),
    False: ("male", "man", "men", "m", "männlich", "homme"),
}

# Nouns for works in general: next to them a period or a movement says when or how they were made.
ART_NOUNS = word_set(
    "art arts artwork artworks artist artists painter painters painting paintings print prints "
    "drawing drawings sculpture sculptures sculptor sculptors portrait portraits portraiture "
    "etching etchings engraving engravings watercolour watercolours watercolor watercolors "
    "woodcut woodcuts lithograph lithographs photograph photographs photography picture pictures "
    "work works landscapes miniature miniatures sketches altarpiece altarpieces fresco frescoes "
    "school style movement period era age times"
)
# Words without a subject, which go from the ends of what is left.
FILLERS = word_set(
    "please the a an of by from in with and or on at to for during made that is are there but "
    "showing depicting featuring about"
)
# Words for works of any kind, which go with them: "works by Turner", "pictures of boats".
WORKS = word_set(
    "show me find all any some works work art artworks artwork pieces piece images image pictures "
    "picture examples example"
)
SMALL_WORDS = word_set(
    "the a an some any all show me find small large big little early late beautiful famous old "
    "good best fine pictures works examples of his her their my two three few many tiny coloured "
    "black white modern original rare"
)
PLACES = {
    "scottish": "scotland", "scotland": "scotland", "welsh": "wales", "wales": "wales",
    "irish": "ireland", "ireland": "ireland", "english": "england", "england": "england",
    "london": "london", "venice": "venice", "venetian": "venice", "rome": "rome", "roman": "rome",
    "paris": "paris", "parisian": "paris", "florence": "florence", "italy": "italy",
    "italian": "italy", "france": "france", "french": "france", "spain": "spain",
    "spanish": "spain", "germany": "germany", "german": "germany", "dutch": "netherlands",
    "holland": "netherlands", "switzerland": "switzerland", "swiss": "switzerland",
    "greece": "greece", "greek": "greece", "egypt": "egypt", "egyptian": "egypt", "india": "india",
    "indian": "india", "china": "china", "chinese": "china", "japan": "japan",
    "japanese": "japan", "america": "usa", "american": "usa", "new york": "new york",
    "edinburgh": "edinburgh", "oxford": "oxford", "cambridge": "cambridge",
    "yorkshire": "yorkshire", "cornwall": "cornwall", "thames": "thames", "rhine": "rhine",
    "alps": "alps", "naples": "naples", "suffolk": "suffolk", "kent": "kent", "sussex": "sussex",
}  # fmt: skip
