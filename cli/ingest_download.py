"""The part of `vasari ingest nga` that downloads the dump."""

from pathlib import Path

from cli.output import notes, progress_bars
from core.settings import load_settings


def local_dump(where: str, *, quiet: bool) -> Path:
    """Give the folder of a dump; one that lies on the web is brought up to date first."""
    from fetch.user_agent import user_agent
    from ingest.download import Downloader
    from ingest.sources.nga_download import download_dump, is_address

    if not is_address(where):
        return Path(where)
    settings = load_settings()
    folder = settings.home / "work" / "downloads" / "nga"
    contact = settings.fetch_contact
    with progress_bars() as progress:
        name = user_agent(contact) if contact else "Vasari"
        with Downloader(folder, progress, user_agent=name) as downloader:
            found = download_dump(where, folder, downloader)
    if not quiet:
        for one in found:
            state = "new" if one.is_new else "unchanged"
            line = f"{one.path.name}: {one.size_bytes:,} bytes, {state}, SHA-256 {one.sha256}"
            notes.print(line, style="dim", soft_wrap=True, highlight=False)
    return folder
