"""What `vasari doctor` says of models on other machines."""

from collections.abc import Iterator

from cli.findings import Finding, Status
from core.breaker import Breakers
from core.errors import VasariError
from core.settings import Settings


def check_remote_models(settings: Settings) -> Iterator[Finding]:
    """Ask each configured model server for its model."""
    from models.remote.encoder import load_remote_encoder
    from models.remote.spec import is_remote

    names = dict.fromkeys((settings.text_encoder, settings.picture_encoder))
    for name in filter(is_remote, names):
        try:
            card = load_remote_encoder(name, Breakers(), settings.remote_api_key).card
        except VasariError as error:
            remedy = "docs/remote.md says how a model server is named and started"
            yield Finding("remote model", Status.FAULT, str(error), remedy)
        else:
            detail = f"{card.name}@{card.revision}, {card.dim} dimensions"
            yield Finding("remote model", Status.OK, detail)
