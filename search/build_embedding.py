"""The wiring of shards that another process or machine embeds."""

from core.leases import LeaseRules
from core.settings import Settings
from core.types import SpaceField
from search.build import build_blobs, build_decoder, build_services
from search.build_encoders import build_encoders
from search.embedding.contents import Contents, PictureContents, TextContents
from search.embedding.leased import SharedEmbedding
from search.embedding.run import ShardWork
from search.embedding.runs import SHARDS
from search.embedding.shard_files import ShardFolder


def build_shard_work(
    settings: Settings, field: SpaceField, *, processes: int | None = None
) -> ShardWork:
    """Load what embeds shards of a field; without a number, a process for each core prepares.

    Raises:
        ConfigurationError: the encoder cannot be loaded here; says why.
    """
    from models.builtin.runtime import available_cores

    encoder = build_encoders(settings).of(field)
    contents: Contents
    if field is SpaceField.CATALOGUE:
        contents = TextContents(encoder)
    else:
        contents = PictureContents(encoder, build_blobs(settings), build_decoder(settings))
    folder = ShardFolder(settings.home / "work" / SHARDS)
    return ShardWork(contents, folder, available_cores() if processes is None else processes)


def build_shared_embedding(settings: Settings, rules: LeaseRules) -> SharedEmbedding:
    """Build what embeds beside other workers on the same database."""
    from db.leases import SqlEmbeddingLeases
    from db.session import open_database
    from models.builtin.runtime import available_cores

    services = build_services(settings)
    leases = SqlEmbeddingLeases(open_database(settings.catalogue_url), rules)
    return SharedEmbedding(
        services.embedding, services.catalogue, leases, processes=available_cores()
    )
