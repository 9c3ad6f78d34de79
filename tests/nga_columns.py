"""The columns of the National Gallery of Art's tables, as the dump of 2026 has them."""

OBJECT = (
    "objectid", "uuid", "accessioned", "accessionnum", "locationid", "title", "displaydate",
    "beginyear", "endyear", "visualbrowsertimespan", "medium", "dimensions", "inscription",
    "markings", "attributioninverted", "attribution", "provenancetext", "creditline",
    "classification", "subclassification", "visualbrowserclassification", "parentid", "isvirtual",
    "departmentabbr", "portfolio", "series", "volume", "watermarks", "lastdetectedmodification",
    "wikidataid", "customprinturl",
)  # fmt: skip
LINK = ("objectid", "constituentid", "displayorder", "roletype", "role", "prefix", "suffix",
        "displaydate", "beginyear", "endyear", "country", "zipcode")  # fmt: skip
PERSON = ("constituentid", "uuid", "ulanid", "preferreddisplayname", "forwarddisplayname",
          "lastname", "displaydate", "artistofngaobject", "beginyear", "endyear",
          "visualbrowsertimespan", "nationality", "visualbrowsernationality", "constituenttype",
          "wikidataid")  # fmt: skip
IMAGE = ("uuid", "iiifurl", "iiifthumburl", "viewtype", "sequence", "width", "height",
         "maxpixels", "openaccess", "created", "modified", "depictstmsobjectid",
         "assistivetext")  # fmt: skip
TABLES = {
    "objects": OBJECT,
    "objects_constituents": LINK,
    "constituents": PERSON,
    "constituents_altnames": ("altnameid", "constituentid", "lastname", "displayname",
                              "forwarddisplayname", "nametype"),
    "published_images": IMAGE,
    "objects_terms": ("termid", "objectid", "termtype", "term", "visualbrowsertheme",
                      "visualbrowserstyle"),
    "objects_dimensions": ("objectid", "element", "dimensiontype", "dimension", "unitname"),
    "objects_text_entries": ("objectid", "text", "texttype", "year"),
    "alternative_identifiers": ("uuid", "idschemelabel", "identifier"),
    "object_associations": ("parentobjectid", "childobjectid", "relationship"),
}  # fmt: skip
