"""IIIF documents that tests make, of both versions of the Presentation API."""

from collections.abc import Mapping, Sequence

from core.types import Json


def manifest3(address: str, title: str = "Sea", **more: object) -> Json:
    """Write a manifest of version 3 with one picture."""
    service = {"id": f"{address}/image", "type": "ImageService3", "profile": "level2"}
    body = {"id": f"{address}/full.jpg", "type": "Image", "service": [service]}
    annotation = {"type": "Annotation", "motivation": "painting", "body": body}
    page = {"type": "AnnotationPage", "items": [annotation]}
    canvas = {"id": f"{address}/c1", "type": "Canvas", "items": [page]}
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": address,
        "type": "Manifest",
        "label": {"en": [title]},
        "items": [canvas],
    } | more


def manifest2(address: str, title: str = "Sea", **more: object) -> Json:
    """Write a manifest of version 2 with one picture."""
    service = {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": f"{address}/image/",
        "profile": "http://iiif.io/api/image/2/level1.json",
    }
    resource = {"@id": f"{address}/full.jpg", "@type": "dctypes:Image", "service": service}
    canvas = {"@type": "sc:Canvas", "images": [{"@type": "oa:Annotation", "resource": resource}]}
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": address,
        "@type": "sc:Manifest",
        "label": title,
        "sequences": [{"canvases": [canvas]}],
    } | more


def pairs(said: Mapping[str, object]) -> list[Json]:
    """Write metadata of version 3 in English."""
    return [
        {"label": {"en": [label]}, "value": {"en": value if isinstance(value, list) else [value]}}
        for label, value in said.items()
    ]


def collection3(address: str, members: Sequence[tuple[str, str]]) -> Json:
    """Write a collection of version 3; members are pairs of address and type."""
    items = [{"id": a, "type": kind, "label": {"en": ["x"]}} for a, kind in members]
    return {"id": address, "type": "Collection", "label": {"en": ["all"]}, "items": items}


def activity(kind: str, address: str, day: int, **more: object) -> Json:
    """Write a change of a manifest."""
    changed = {"type": kind, "object": {"id": address, "type": "Manifest"}}
    return changed | {"endTime": f"2026-01-{day:02}T00:00:00Z"} | more
