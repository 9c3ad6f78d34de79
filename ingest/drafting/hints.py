"""Names that museums give to columns, by the field of a mapping that they stand for.

Gathered from the open data of about a dozen museums, in English with some German and French.
"""

import re

HINTS: dict[str, str] = {
    "columns.id": "id objectid artworkid recordid workid uuid guid systemid irn objid identifier",
    "columns.title": "title objecttitle worktitle primarytitle titel titre name objectname label",
    "columns.date_text": "date dated displaydate datetext objectdate creationdate datecreated "
    "productiondate datedisplay datierung daterange",
    "columns.begin": "begin beginyear begindate yearstart startyear objectbegindate datestart "
    "yearfrom creationdateearliest earliestyear earliestdate datebegin datefrom year fromyear",
    "columns.end": "end endyear enddate yearend objectenddate dateend yearto creationdatelatest "
    "latestyear latestdate dateto toyear",
    "columns.medium": "medium media technique materials material materialsandtechniques technik "
    "mediumdisplay materialsandtechnique materialtechnique",
    "columns.classification": "classification objecttype worktype category type genre kind",
    "columns.description": "description summary abstract labeltext caption beschreibung text",
    "columns.dimensions": "dimensions dimension measurements size masse abmessungen",
    "columns.credit_line": "creditline credit acquisitioncredit",
    "columns.accession_number": "accessionnumber accessionnum accession acno accno inventorynumber "
    "inventory inventoryno invno inventarnummer objectnumber",
    "columns.group_title": "grouptitle series portfolio album",
    "columns.place": "place city country placeoforigin origin productionplace location geography",
    "columns.url": "url link weburl objecturl linkresource permalink webpage pageurl",
    "columns.part_of": "parentid parentobjectid partof wholeid",
    "columns.collection": "collection museum repository institution",
    "columns.subjects": "subjects subject keywords keyword tags topics iconography depicts",
    "columns.movements": "movements movement styles style",
    "columns.other_titles": "othertitles alttitles alttitle alternativetitle foreigntitle titletc "
    "translatedtitle originaltitle titletranslated titleoriginal titlealt",
    "columns.identifiers": "wikidataid wikidata",
    "artists.name": "artist artistname artistdisplayname artists maker makers creator creators "
    "attribution author painter contributornames fullname kuenstler artiste",
    "artists.id": "artistid artistids artistslug constituentid creatorid makerid contributorids",
    "artists.sort_name": "artistsort artistalphasort attributioninverted citedname sortname "
    "artistsortname",
    "artists.other_names": "artistothernames artistaltnames artistalternativenames",
    "artists.role": "artistrole role contributorroles makerrole creatorrole roles",
    "artists.gender": "artistgender gender",
    "artists.begin": "artistbirth artistbirthyear artistbegindate artistbegin birthyear birth "
    "birthdate born",
    "artists.end": "artistdeath artistdeathyear artistenddate artistend deathyear death deathdate "
    "died",
    "artists.nationality": "artistnationality nationality",
    "image.url": "imageurl image primaryimage primaryimageurl fullimage fullimageurl picture bild",
    "image.thumbnail_url": "thumbnail thumbnailurl primaryimagesmall thumb smallimage imagethumb",
    "image.iiif_url": "iiifurl iiif iiifbase iiifimage imageservice",
    "image.path": "file filename imagefile imagepath path filepath picturefile",
    "image.alt_text": "alttext assistivetext imagealt",
    "image.rights": "rights license licence rightsstatement copyright imagerights licenseurl "
    "licenceurl thumbnailcopyright licencebasis imagelicense rightsuri",
}
OBJECT_HINTS: dict[str, str] = {  # of the keys of an artist who is an object
    "id": "id artistid constituentid",
    "name": "name fullname displayname artist",
    "sort_name": "sortname citedname alphasort",
    "other_names": "othernames altnames alternativenames",
    "gender": "gender",
    "begin": "birth birthyear birthdate begin begindate born",
    "end": "death deathyear deathdate end enddate died",
    "nationality": "nationality",
    "role": "role",
}
OBJECT_COLUMNS = frozenset(
    ("artists", "artist", "makers", "creators", "creator", "constituents", "people")
)
# Words of a column that is about something else than its other words say.
ELSEWHERE = frozenset(
    (
        "acquired", "acquisition", "modified", "modification", "updated", "width", "height",
        "depth", "weight", "provenance", "count", "units", "lat", "lon", "latitude", "longitude",
    )
)  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_SHORTEST_PART = 5  # letters of a hint that may stand at the beginning or end of a longer name


def words_of(column: str) -> list[str]:
    """Cut a name into words: "ObjectBeginDate", "object_begin_date"."""
    return [word.casefold() for word in _WORD.findall(column)]


def likeness(column: str, hints: str) -> float:
    """Tell how much a column is named as one of some hints: 1, 0.7 where only in part, or 0."""
    words = words_of(column)
    known, key = hints.split(), "".join(words)
    if key in known:
        return 1.0
    if ELSEWHERE.intersection(words):
        return 0.0
    if "".join(words[:-1]) in known and words[-1] in {"en", "eng", "english"}:
        return 0.9
    parts = (hint for hint in known if len(hint) >= _SHORTEST_PART)
    return 0.7 if any(key.startswith(hint) or key.endswith(hint) for hint in parts) else 0.0
