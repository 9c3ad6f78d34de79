import os
from pathlib import Path

import pytest

from core.errors import BuildRunningError, InputError
from core.locks import try_lock
from core.progress import SilentProgress
from core.settings import load_settings
from core.types import Artwork
from search.build import Services, build_services
from search.embedding.runs import LOCK
from search.publish import BuildOptions, parse_build_options


@pytest.fixture
def services(tmp_path: Path) -> Services:
    services = build_services(load_settings({"VASARI_HOME": str(tmp_path)}))
    services.catalogue.upsert([Artwork("t:1", "Sea"), Artwork("t:2", "Sky"), Artwork("t:3", "Sea")])
    return services


def test_a_second_build_is_refused_while_one_runs(services: Services, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    held = try_lock(tmp_path / "work" / LOCK)
    assert held is not None

    with pytest.raises(BuildRunningError):
        services.publisher.build(SilentProgress())

    os.close(held)
    assert services.publisher.build(SilentProgress()).artworks == 3


def test_equal_content_is_encoded_once_and_a_rebuild_encodes_nothing(services: Services) -> None:
    first = services.publisher.build(SilentProgress()).spaces[0]
    second = services.publisher.build(SilentProgress()).spaces[0]
    anew = services.publisher.build(SilentProgress(), BuildOptions(anew=True)).spaces[0]

    assert (first.encoded, second.encoded, anew.encoded) == (2, 0, 2)


@pytest.mark.parametrize(
    ("parameters", "field"), [({"spaces": ["sound"]}, "spaces"), ({"embed": "some"}, "embed")]
)
def test_a_wrong_build_option_is_refused_by_name(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_build_options(parameters)

    assert caught.value.field == field
