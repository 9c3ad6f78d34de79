"""The wiring of encoders: settings → models of this machine, of another, or what ships with us."""

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from core.breaker import Breakers
from core.ports import Cache, Encoder
from core.settings import Settings
from core.types import SpaceField
from search.encoders import Encoders, QueryWay
from search.language import TextLanguages

if TYPE_CHECKING:
    from models.options import EncoderOptions


def build_encoders(
    settings: Settings, breakers: Breakers | None = None, cache: Cache | None = None
) -> Encoders:
    """Choose the configured encoders; each is loaded when it is first used."""
    from models.languages import rank_languages
    from models.registry import encoder_reads

    load = lru_cache(None)(partial(_load_encoder, settings, breakers or Breakers()))
    reads = encoder_reads(settings.text_encoder)
    return Encoders(
        partial(load, settings.text_encoder),
        partial(load, settings.picture_encoder),  # the very same where one serves as both
        TextLanguages(reads, rank_languages) if reads else None,
        ways={
            SpaceField.CATALOGUE: _query_way(settings.text_encoder),
            SpaceField.PICTURE: _query_way(settings.picture_encoder),
        },
        most=partial(_batch, settings),
        cache=cache,
    )


def _query_way(name: str) -> QueryWay:
    from models.registry import is_checkpoint
    from models.remote.spec import is_remote

    if is_remote(name):
        return QueryWay.APART  # servers of models put the requests that wait together themselves
    # What ships with Vasari runs on the core of its search, and gains nothing by company. In int8
    # it would lose by it: its numbers are scaled by batch, which moved a query by up to 0.03.
    return QueryWay.SHARED if is_checkpoint(name) else QueryWay.INSIDE


def _batch(settings: Settings) -> int:
    """Tell how many texts a forward pass takes; with more, the first would wait for the last."""
    from models.options import Dtype
    from models.torch_runtime import choose_runtime

    return choose_runtime(build_encoder_options(settings), own_dtype=Dtype.FP32).batch


def _load_encoder(settings: Settings, breakers: Breakers, name: str) -> Encoder:
    from models.registry import load_encoder
    from models.remote.encoder import load_remote_encoder
    from models.remote.spec import is_remote

    if is_remote(name):
        return load_remote_encoder(name, breakers, settings.remote_api_key)
    return load_encoder(name, build_encoder_options(settings))


def build_encoder_options(settings: Settings) -> "EncoderOptions":
    """Say how encoders are run."""
    from models.options import Device, Dtype, EncoderOptions

    return EncoderOptions(
        threads=settings.threads,
        device=Device(settings.device),
        dtype=Dtype(settings.dtype),
        batch=settings.batch,
    )
