"""The configured models on Ray Serve: one application each, which a remote encoder can call."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import quote

from cluster.loading import served_models
from cluster.options import ServeOptions, worker_settings
from cluster.session import check_room
from core.errors import ConfigurationError
from core.settings import Settings
from core.types import Json, Modality

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "encoder": ("VASARI_TEXT_ENCODER", "VASARI_PICTURE_ENCODER"),
    "text": ("VASARI_TEXT_ENCODER",),
    "picture": ("VASARI_PICTURE_ENCODER",),
    "reranker": ("VASARI_RERANKER",),
}
"""The applications, and the settings that each of them serves."""
_PREFIX = "vasari-"  # of the names of our applications; others of the cluster are left alone
_QUEUED_BATCHES = 16  # requests beyond so many batches are answered 503, which clients try again
_LAST_LINES = 3  # of what a replica died of


@dataclass(frozen=True, slots=True)
class Served:
    """One model that is up."""

    application: str  # encoder, text, picture or reranker
    url: str
    facts: Json  # as `/models` lists it

    @property
    def address(self) -> str:
        """The value that a setting of the service has for this model."""
        return remote_address(self.url, self.facts)

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings of a service that this model is meant for."""
        return SETTINGS[self.application]


def deploy(ray: ModuleType, settings: Settings, options: ServeOptions) -> list[Served]:
    """Serve every configured model; returns when all of them are loaded and warm.

    Raises:
        ConfigurationError: a model cannot be served, or did not start; what was not there before
            is taken away again.
    """
    from ray import serve

    models = served_models(settings)
    check_room(ray.cluster_resources(), options.workers, len(models))
    http = {"host": options.host, "port": options.port}
    serve.start(proxy_location="HeadOnly", http_options=http)
    there, served = _applications(), list[Served]()
    for application, name in models.items():
        try:
            handle = serve.run(
                _deployment(application, name, settings, options),
                name=_PREFIX + application,
                route_prefix=f"/{application}",
            )
            facts = handle.facts.remote().result()
        except (RuntimeError, TimeoutError) as error:
            reason = _reason(error, _PREFIX + application)
            remove(keep=there)
            raise ConfigurationError(f"{name} did not start: {reason}") from error
        url = f"http://{options.host}:{options.port}/{application}/v1"
        served.append(Served(application, url, facts))
    return served


def remove(*, keep: Collection[str] = ()) -> Sequence[str]:
    """Take our applications off the cluster, all but some; name them."""
    from ray import serve

    ours = [name for name in _applications() if name not in keep]
    for name in ours:
        serve.delete(name)
    return ours


def remote_address(url: str, facts: Json) -> str:
    """Write the address under which a service reaches a served model."""
    if "modalities" not in facts:  # a reranker
        return f"vllm+{url}#{facts['id']}"
    if Modality.IMAGE not in facts["modalities"]:
        return f"openai+{url}?dim={facts['dim']}#{facts['id']}"
    stated = re.match(r"query: (.*) document: ", facts["instruction"] or "")
    instruction = quote(stated[1]) if stated else ""
    texts = "" if Modality.TEXT in facts["modalities"] else "&texts=0"
    return f"vllm+{url}?dim={facts['dim']}{texts}&instruction={instruction}#{facts['id']}"


def _applications() -> list[str]:
    from ray import serve

    return [name for name in serve.status().applications if name.startswith(_PREFIX)]


def _deployment(application: str, name: str, settings: Settings, options: ServeOptions) -> Any:  # noqa: ANN401 - of Ray
    from ray import serve

    from cluster.replicas import EncoderReplica, RerankerReplica

    workers, batch = options.workers, options.batch
    deployment = serve.deployment(
        name=application,
        num_replicas=workers.count,
        ray_actor_options={"num_gpus": workers.gpus, "num_cpus": workers.cpus},
        max_ongoing_requests=2 * batch.most,  # one batch runs, the next one gathers
        max_queued_requests=_QUEUED_BATCHES * batch.most,
        max_constructor_retry_count=1,  # a model that is missing will not be there a moment later
    )
    given = worker_settings(settings, workers.cpus)
    if application == "reranker":
        return deployment(RerankerReplica).bind(given, batch)
    return deployment(EncoderReplica).bind(given, name, batch)


def _reason(error: Exception, application: str) -> str:
    """Find what a replica died of in what Ray tells, which is a traceback."""
    from ray import serve

    status = serve.status().applications.get(application)
    told = [one.message for one in status.deployments.values()] if status else []
    lines = [line.strip() for text in (str(error), *told) for line in text.splitlines()]
    ours = [line.partition(": ")[2] for line in lines if line.startswith("core.errors.")]
    return ours[-1] if ours else " ".join([line for line in lines if line][-_LAST_LINES:])
