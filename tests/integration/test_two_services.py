"""Two service processes on one home: both serve what a third process publishes, and go back."""

import shutil
from pathlib import Path

import httpx

from core.progress import SilentProgress
from core.settings import load_settings
from search.build import build_services
from tests.integration.test_serve import Serving, serving


def live(service: Serving) -> str:
    return str(httpx.get(f"{service.address}/v1/search?q=sea&limit=1").json()["snapshot"])


def test_both_serve_what_is_published_and_what_is_rolled_back(
    sample_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    publisher = build_services(load_settings({"VASARI_HOME": str(home)})).publisher

    with serving(home, tmp_path / "a.log") as first, serving(home, tmp_path / "b.log") as second:
        before = live(first)
        new = publisher.build(SilentProgress()).snapshot
        published = [live(first), live(second)]
        publisher.rollback()
        rolled_back = [live(first), live(second)]

    # Each looks at the pointer with every search: the first answer is from the new one already.
    assert new != before
    assert published == [new, new]
    assert rolled_back == [before, before]
