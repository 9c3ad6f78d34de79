"""What makes files survive a kill: synced before they are named."""

from pathlib import Path

from core.atomic_files import sync


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file in one step: a reader, or a kill, sees the old or the new one whole."""
    # Always one name: a kill leaves one file, which the next write takes.
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    sync(new)
    new.replace(path)
    sync(path.parent)
