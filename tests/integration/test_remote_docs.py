"""The requests of docs/remote.md are the ones that are sent."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from core.breaker import Breakers
from core.settings import SETTINGS
from core.types import Json, PicturedText, Purpose
from models.remote.encoder import load_remote_encoder
from models.remote.reranker import load_remote_reranker
from models.remote.spec import OPTIONS
from tests.model_server import ModelServer, serving_models

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "remote.md").read_text()
REQUESTS = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", DOCS, re.M | re.S)]
PICTURE = np.full((40, 60, 3), (250, 0, 0), np.uint8)
CARD = "Snow Storm, J.M.W. Turner"


def sent(models: ModelServer) -> Json:
    """Give the last request, its picture left out."""
    body = json.dumps(models.requests[-1].body)
    shortened: Json = json.loads(re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,…", body))
    return shortened


def ask(models: ModelServer, example: int) -> None:
    models.model = REQUESTS[example]["model"]
    at = f"{models.url}?dim=8&revision=r"
    openai = f"openai+{at}&document_prefix=passage:%20#{models.model}"
    vllm, rerank = f"vllm+{at}#{models.model}", f"rerank+{at}#{models.model}"
    candidates = [PicturedText(PICTURE, CARD), PicturedText(text="a candidate without a picture")]
    storm, breakers = "a storm at sea", Breakers()
    match example:
        case 0:
            load_remote_encoder(openai, breakers).encode_texts([storm])
        case 1:
            load_remote_encoder(vllm, breakers).encode_texts([storm], purpose=Purpose.QUERY)
        case 2:
            load_remote_encoder(vllm, breakers).encode_images([PICTURE])
        case 3:
            load_remote_reranker(vllm, breakers).score(storm, candidates)
        case 4:
            load_remote_reranker(rerank, breakers).score(storm, candidates[1:])


@pytest.mark.parametrize("example", range(5))
def test_a_request_of_the_docs_is_the_one_that_is_sent(example: int) -> None:
    with serving_models() as models:
        ask(models, example)

        assert sent(models) == REQUESTS[example]


def test_every_option_of_an_address_stands_in_the_docs() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| .* \| .* \|$", DOCS, re.M)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    assert set(OPTIONS) <= documented


def test_every_setting_of_the_docs_is_one() -> None:
    named = set(re.findall(r"VASARI_[A-Z_]+", DOCS))

    assert named <= {setting.name for setting in SETTINGS}
