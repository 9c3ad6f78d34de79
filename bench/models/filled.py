"""An installation with the sample collection, for what is measured on one."""

from bench.record import say
from core.progress import SilentProgress
from core.settings import Settings
from ingest.pipeline import ingest
from ingest.sources.sample import open_sample
from search.build import Services, build_services


def sample_services(settings: Settings) -> Services:
    """Fill a home with the sample, and publish its index."""
    say("the sample collection is being indexed")
    services = build_services(settings)
    ingest(
        open_sample(),
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
    )
    services.publisher.build(SilentProgress())
    return services
