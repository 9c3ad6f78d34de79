"""Which models can be served, and how they are loaded where they run."""

from core.errors import ConfigurationError
from core.ports import Encoder, PairReranker
from core.settings import Settings
from models.remote.spec import is_remote
from search.build_rerank import PICTURE_ENCODER


def served_models(settings: Settings) -> dict[str, str]:
    """List what is configured, by the name of its application; one encoder is served once.

    Raises:
        ConfigurationError: one of them needs no server, or is on one already.
    """
    text, picture, reranker = settings.text_encoder, settings.picture_encoder, settings.reranker
    encoders = {"encoder": text} if text == picture else {"text": text, "picture": picture}
    models = encoders | ({"reranker": reranker} if reranker else {})
    for name in models.values():
        if is_remote(name):
            raise ConfigurationError(
                "a model that is named by an address is on a server already: on the cluster, set "
                "VASARI_TEXT_ENCODER, VASARI_PICTURE_ENCODER and VASARI_RERANKER to models by name"
            )
    if reranker == PICTURE_ENCODER:
        raise ConfigurationError(
            f"the reranker {PICTURE_ENCODER} needs no server of its own: where the service runs, "
            f"set VASARI_RERANKER={PICTURE_ENCODER} beside the address of the picture encoder"
        )
    return models


def load_served_encoder(settings: Settings, name: str) -> Encoder:
    """Load an encoder in this process. Raises as `models.registry.load_encoder` does."""
    from models.registry import load_encoder
    from search.build_encoders import build_encoder_options

    return load_encoder(name, build_encoder_options(settings))


def load_served_reranker(settings: Settings) -> PairReranker:
    """Load the configured reranker in this process. Raises as `load_reranker` does."""
    from models.rerankers import load_reranker
    from search.build_encoders import build_encoder_options

    return load_reranker(settings.reranker, build_encoder_options(settings))
