"""Whether a picture may be taken and shown, and the line to print below it."""

import re
from enum import StrEnum

from core.types import DEFAULT_ROLE, Artwork, Contribution, Rights, RightsStatus

_SHORT = (  # addresses of statements, and how they are called in print
    (r"creativecommons\.org/publicdomain/zero/([\d.]+)", "CC0 {}"),
    (r"creativecommons\.org/publicdomain/mark/([\d.]+)", "Public Domain Mark {}"),
    (r"creativecommons\.org/licenses/([a-z-]+)/([\d.]+)", "CC {} {}"),
    (r"rightsstatements\.org/(?:vocab|page)/InC/", "In Copyright"),
    (r"rightsstatements\.org/(?:vocab|page)/NoC-US/", "No Copyright - United States"),
    (r"rightsstatements\.org/(?:vocab|page)/CNE/", "Copyright Not Evaluated"),
)
_UNNAMED = {
    RightsStatus.OPEN: "open",
    RightsStatus.RESTRICTED: "restricted",
    RightsStatus.UNKNOWN: "not known",
}


class RightsPolicy(StrEnum):
    """What is done with a picture whose rights are not known to be open."""

    PERMISSIVE = "permissive"  # our copy is shown; the source's address only where rights are open
    STRICT = "strict"  # neither taken nor shown


def has_evidence(rights: Rights) -> bool:
    """Tell whether rights are said to be open, where that was read, and in what words."""
    says = rights.value or rights.statement
    return rights.status is RightsStatus.OPEN and bool(rights.source_field and says)


def may_take(rights: Rights, policy: RightsPolicy) -> bool:
    """Tell whether a picture may be fetched, kept and shown."""
    return policy is RightsPolicy.PERMISSIVE or has_evidence(rights)


def credit(artwork: Artwork) -> str:
    """Write the line to print below a picture: who, what, when, whose, and the rights in it.

    It names the collection as the source of the picture, and claims nothing else of it.
    """
    makers = "; ".join(_maker(link) for link in artwork.contributions)
    dated = artwork.date_text
    parts = (makers, artwork.title, dated, artwork.collection, artwork.credit_line)
    said = ", ".join(part.strip().rstrip(".,;") for part in parts if part and part.strip())
    rights = artwork.images[0].rights if artwork.images else None
    sentences = (said, f"Picture: {_named(rights)}" if rights else None)
    return "".join(f"{sentence}. " for sentence in sentences if sentence).rstrip()


def _maker(link: Contribution) -> str:
    if link.role == DEFAULT_ROLE:
        return link.artist.name
    if re.search(r"\b(after|of|to|by)$", link.role):
        return f"{link.role} {link.artist.name}"
    return f"{link.artist.name} ({link.role})"


def _named(rights: Rights) -> str:
    """Name a statement as people print it, with its address."""
    statement = rights.statement
    if statement is None:
        return f"rights {_UNNAMED[rights.status]}"
    for pattern, name in _SHORT:
        if found := re.search(pattern, statement):
            return f"{name.format(*(group.upper() for group in found.groups()))} ({statement})"
    return statement.rstrip(".")
