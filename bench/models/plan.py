"""What all parts of a run share: where, how long, and the checkpoints that were made for it."""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench.models.checkpoints import Size, make_checkpoint
from bench.record import Figure, Recorder, say
from core.ports import Encoder
from models.builtin.runtime import available_cores
from models.options import Device, Dtype, EncoderOptions
from models.registry import load_encoder
from search.off_topic import load_off_topic


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    recorder: Recorder
    device: Device
    folder: Path  # for the checkpoints
    quick: bool
    budget_s: float  # that one figure is measured for, at least
    threads: int = 0  # 0: one for each core
    _made: dict[str, Path] = field(default_factory=dict)

    def checkpoint(self, size: Size) -> Path:
        """Make a checkpoint once."""
        if size.name not in self._made:
            with saying(f"making {size.name}, {size.parameters / 1e6:,.1f} M parameters"):
                self._made[size.name] = make_checkpoint(size, self.folder, self.device)
        return self._made[size.name]

    def options(self, dtype: Dtype, batch: int) -> EncoderOptions:
        """Say how an encoder is run here."""
        return EncoderOptions(threads=self.threads, device=self.device, dtype=dtype, batch=batch)

    def load(self, size: Size, dtype: Dtype, batch: int, choices: str = "") -> Encoder:
        """Load a checkpoint as a service does."""
        name = f"{self.checkpoint(size)}{choices}"
        with saying(f"loading {size.name} in {dtype}"):
            return load_encoder(name, self.options(dtype, batch))

    def facts(self, size: Size, dtype: Dtype) -> dict[str, Figure]:
        """Name what a row is about."""
        return {
            "model": size.name,
            "weights": "random",
            "parameters_m": size.parameters / 1e6,
            "device": self.device.value,
            "dtype": dtype.value,
            "threads": self.threads or available_cores(),
        }


class NotWholeError(Exception):
    """Something was not measured; what went wrong was printed when it did."""


@contextmanager
def going_on(failed: list[str], what: str) -> Iterator[None]:
    """Print what goes wrong inside, and note it; nothing of it is kept, or a GPU stays full."""
    try:
        yield
    except NotWholeError as error:
        failed.append(str(error))
    except Exception:  # noqa: BLE001 - the rest of the run goes on
        traceback.print_exc()
        failed.append(what)


def check_whole(failed: Sequence[str]) -> None:
    """Raise NotWholeError where something failed."""
    if failed:
        raise NotWholeError(", ".join(failed))


@contextmanager
def saying(what: str) -> Iterator[None]:
    """Tell what is done, and how long it took."""
    say(what)
    begin = perf_counter()
    yield
    say(f"  {perf_counter() - begin:.1f} s")


def free_memory(device: Device) -> None:
    """Give back what a model held that is no longer used."""
    import gc

    from models.torch_runtime import import_torch

    gc.collect()
    if device is Device.CUDA:
        import_torch().cuda.empty_cache()


def query_texts(count: int) -> list[str]:
    """Write so many different queries as people type them: equal ones would be encoded once."""
    texts = load_off_topic()
    return [f"{texts[n % len(texts)]} {n // len(texts) or ''}".strip() for n in range(count)]
