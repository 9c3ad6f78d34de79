"""Names without the titles and letters that catalogues put around them."""

import re

_BEFORE = re.compile(
    r"(?:(?:Sir|Dame|Rev\.?|Revd\.?|Dr\.?|Prof\.?|Professor|Capt\.?|Captain|The Hon\.?|Hon\.?)\s+)+"
)
_LETTERS = (
    "OM CH CBE OBE MBE KBE DBE GBE BEM CVO LVO MVO KCVO DCVO GCVO KG KT LG KCB KCMG CMG GCMG CB "
    "RA PRA ARA RSA ARSA PRSA RHA PRHA RWS PRWS RBA PRBA RI RE RP ROI RCA RDI FRS FSA FRIBA PC QC "
    "Bt Bart Esq"
)
_AFTER = re.compile(rf"(?:,?\s+(?:\d+(?:st|nd|rd|th)\s+)?(?:{'|'.join(_LETTERS.split())})\b\.?)+$")


def plain_name(name: str) -> str | None:
    """Take the honorifics off: "Henry Moore OM, CH" → "Henry Moore"; None if there are none."""
    plain = _AFTER.sub("", _BEFORE.sub("", name, count=1) if _BEFORE.match(name) else name).strip()
    return plain if plain and plain != name else None
