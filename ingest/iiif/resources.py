"""The parts of a IIIF document, whichever version it is of."""

from collections.abc import Iterator, Mapping

from core.types import Json

_MANIFESTS = frozenset({"Manifest", "sc:Manifest"})
_COLLECTIONS = frozenset({"Collection", "sc:Collection"})
_MOST_DEPTH = 10  # of choices inside choices


def listed(value: object) -> list[object]:
    """Read one thing or several as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def identity(value: object) -> str | None:
    """Read the id of a resource: `id`, or `@id` in version 2; a bare text is one."""
    if isinstance(value, str):
        return value or None
    if not isinstance(value, Mapping):
        return None
    found = value.get("id") or value.get("@id")
    return found if isinstance(found, str) else None


def kind_of(value: Mapping[str, object]) -> str:
    """Read the type of a resource; empty where it has none."""
    found = value.get("type") or value.get("@type")
    first = found[0] if isinstance(found, list) and found else found
    return first if isinstance(first, str) else ""


def is_manifest(value: object) -> bool:
    """Tell whether a resource is a Manifest."""
    return isinstance(value, Mapping) and kind_of(value) in _MANIFESTS


def is_collection(value: object) -> bool:
    """Tell whether a resource is a Collection, whole or a page of one."""
    return isinstance(value, Mapping) and kind_of(value) in _COLLECTIONS


def members(collection: Json) -> Iterator[tuple[str, bool]]:
    """List what a Collection holds: the address, and whether it is a Manifest."""
    for key in ("items", "members", "manifests", "collections"):
        for one in listed(collection.get(key)):
            address = identity(one)
            if address is None:
                continue
            if key == "manifests" or is_manifest(one):
                yield address, True
            elif key == "collections" or is_collection(one):
                yield address, False


def pages(collection: Json) -> Iterator[str]:
    """List where a Collection of version 2 goes on."""
    for key in ("first", "next"):
        if (address := identity(collection.get(key))) is not None:
            yield address


def thumbnail(resource: Mapping[str, object]) -> str | None:
    """Read the address of a small picture."""
    return next((a for one in listed(resource.get("thumbnail")) if (a := identity(one))), None)


def pictures(manifest: Json) -> Iterator[Json]:
    """List the pictures of a Manifest, a canvas after the other."""
    for canvas in _canvases(manifest):
        for body in _bodies(canvas):
            yield from _picture(body, canvas)


def _canvases(manifest: Json) -> Iterator[Mapping[str, object]]:
    sequences = [one for one in listed(manifest.get("sequences")) if isinstance(one, Mapping)]
    found = sequences[0].get("canvases") if sequences else manifest.get("items")
    yield from (one for one in listed(found) if isinstance(one, Mapping))


def _bodies(canvas: Mapping[str, object]) -> Iterator[object]:
    """Go from a canvas to what is painted on it."""
    for image in listed(canvas.get("images")):  # version 2
        if isinstance(image, Mapping):
            yield image.get("resource")
    for page in listed(canvas.get("items")):
        for annotation in listed(page.get("items") if isinstance(page, Mapping) else None):
            if isinstance(annotation, Mapping) and "painting" in listed(
                annotation.get("motivation", "painting")
            ):
                yield from listed(annotation.get("body"))


def _picture(body: object, canvas: Mapping[str, object], depth: int = 0) -> Iterator[Json]:
    if not isinstance(body, Mapping) or depth > _MOST_DEPTH:
        return
    match kind_of(body):
        case "Choice":
            for one in listed(body.get("items"))[:1]:  # the first is the one that is meant
                yield from _picture(one, canvas, depth + 1)
        case "oa:Choice":
            yield from _picture(body.get("default"), canvas, depth + 1)
        case "SpecificResource" | "oa:SpecificResource":
            yield from _picture(body.get("source") or body.get("full"), canvas, depth + 1)
        case "Image" | "dctypes:Image" | "dcterms:Image" | "":
            yield {
                "image": identity(body),
                "service": _service(body),
                "thumbnail": thumbnail(canvas),
            }


def _service(body: Mapping[str, object]) -> str | None:
    """Read the base of the image service; a login service stands beside it."""
    for one in listed(body.get("service")):
        if not isinstance(one, Mapping) or (address := identity(one)) is None:
            continue
        says = f"{kind_of(one)} {one.get('profile', '')} {one.get('@context', '')}"
        if "ImageService" in says or "/image" in says:
            return address.rstrip("/")
    return None
