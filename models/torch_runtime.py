"""torch as the encoders use it: device, precision, threads, and one forward pass at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigurationError, MissingExtraError, ModelUnavailableError
from core.types import Matrix
from models.builtin.runtime import available_cores
from models.footprint import DTYPE_BYTES, Footprint, check_fits, free_memory
from models.options import Device, Dtype, EncoderOptions

Forward: TypeAlias = Callable[[], Any]
"""A forward pass that is still to be run; it gives a tensor."""

BATCH = {Device.CPU: 8, Device.CUDA: 64}  # pictures of one forward pass where none are set


@dataclass(frozen=True, slots=True)
class TorchRuntime:
    """Where and how precisely a model runs."""

    device: Device  # never AUTO
    dtype: Dtype  # never AUTO
    batch: int

    @property
    def at_once(self) -> int:
        """Inputs that a model likes to get together: several batches, sorted by size."""
        return 4 * self.batch

    @property
    def dtype_bytes(self) -> int:
        """Bytes of one number."""
        return DTYPE_BYTES[self.dtype]

    @property
    def torch_dtype(self) -> Any:  # noqa: ANN401 - torch is not there in every installation
        """The precision as torch names it."""
        torch = import_torch()
        return {
            Dtype.FP32: torch.float32,
            Dtype.BF16: torch.bfloat16,
            Dtype.FP16: torch.float16,
        }[self.dtype]

    def to_device(self, numbers: "NDArray[Any]") -> Any:  # noqa: ANN401
        """Take numbers to the device; a GPU fetches them while it is still at something else."""
        here = import_torch().from_numpy(numbers)
        if self.device is Device.CPU:
            return here
        return here.pin_memory().to(self.device, non_blocking=True)

    def free_memory(self) -> int | None:
        """Count the bytes that are free on the device; None where nothing tells."""
        if self.device is Device.CPU:
            return free_memory()
        free: int = import_torch().cuda.mem_get_info()[0]
        return free

    def check_fits(self, name: str, needed: Footprint) -> None:
        """Refuse a model that there is no room for. Raises NotEnoughMemoryError."""
        check_fits(name, needed, self.free_memory(), device=self.device)


def choose_runtime(options: EncoderOptions, *, own_dtype: Dtype) -> TorchRuntime:
    """Choose device and precision; what is asked for is never silently replaced.

    Raises:
        MissingExtraError: torch is not installed.
        ConfigurationError: a GPU is asked for, and torch sees none.
    """
    device = _choose_device(options.device)
    dtype = own_dtype if options.dtype is Dtype.AUTO else options.dtype
    return TorchRuntime(device, dtype, options.batch or BATCH[device])


def import_torch() -> Any:  # noqa: ANN401 - torch is not there in every installation
    """Import torch when it is first needed: it takes seconds. Raises MissingExtraError."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "models") from error
    return torch


def import_transformers() -> Any:  # noqa: ANN401 - transformers is not there everywhere
    """Import transformers when it is first needed: it takes seconds. Raises MissingExtraError."""
    try:
        import transformers
    except ImportError as error:
        raise MissingExtraError("transformers", "models") from error
    library: Any = transformers  # half of it has types, and only where it is installed
    library.utils.logging.disable_progress_bar()
    library.utils.logging.set_verbosity_error()  # it warns of defaults; what is missing we refuse
    return library


def set_threads(threads: int) -> None:
    """Let forward passes use so many cores; 0 means all that are available.

    torch has one number for the whole process.
    """
    import_torch().set_num_threads(threads or available_cores())


class TorchWorker:
    """Runs one model, one forward pass at a time: two at once would double the activations."""

    def __init__(self, name: str, runtime: TorchRuntime) -> None:
        self._name = name
        self._runtime = runtime
        self._torch = import_torch()
        # One thread: each that calls torch gets teams of threads and handles of cuBLAS of its own.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"torch {name}")

    def run(self, forward: Forward) -> Matrix:
        """Run a forward pass that gives (n, dim); its rows come back in fp32 and unit length.

        Raises:
            ModelUnavailableError: the device has run out of memory, or fails.
        """
        [rows] = self.run_all([forward])
        return rows

    def run_all(self, forwards: Iterable[Forward]) -> Iterator[Matrix]:
        """Run forward passes as `run` does, in their order; see `compute_all`."""
        return self.compute_all(partial(self._unit_rows, forward) for forward in forwards)

    def compute_all(self, forwards: Iterable[Forward]) -> Iterator[NDArray[np.float32]]:
        """Run forward passes in their order; what they give comes back in fp32.

        A GPU is at one pass while the next one is put together, and never waits for this side.

        Raises:
            ModelUnavailableError: the device has run out of memory, or fails.
        """
        under_way = None
        for forward in forwards:
            begun = self._begin(forward)
            if under_way is not None:
                yield self._finish(under_way)
            under_way = begun
        if under_way is not None:
            yield self._finish(under_way)

    def _unit_rows(self, forward: Forward) -> Any:  # noqa: ANN401
        return self._torch.nn.functional.normalize(forward().float(), dim=-1)

    def _begin(self, forward: Forward) -> "_Begun":
        with self._translated():
            return self._thread.submit(self._forward, forward).result()

    def _forward(self, forward: Forward) -> "_Begun":
        with self._torch.inference_mode():
            numbers = forward().float()
            if self._runtime.device is Device.CPU:
                return _Begun(numbers)
            # Into pinned memory: by the event's time it is here, and the device is further on.
            here, done = numbers.to("cpu", non_blocking=True), self._torch.cuda.Event()
            done.record()
            return _Begun(here, done)

    def _finish(self, begun: "_Begun") -> NDArray[np.float32]:
        with self._translated():
            if begun.done is not None:
                begun.done.synchronize()
            numbers: NDArray[np.float32] = begun.numbers.numpy()
            return numbers

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._torch.OutOfMemoryError as error:
            raise ModelUnavailableError(
                f"{self._name} ran out of memory on {self._runtime.device} with batches of "
                f"{self._runtime.batch}: lower VASARI_BATCH"
            ) from error
        except RuntimeError as error:  # what torch raises for a device that fails
            raise ModelUnavailableError(
                f"{self._name} failed on {self._runtime.device}: {error}"
            ) from error


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """What a forward pass gives, and on a GPU the event that says it is here."""

    numbers: Any
    done: Any = None


def pooled(output: Any) -> Any:  # noqa: ANN401 - torch is not there in every installation
    """Take the embeddings out of what a tower gives: a tensor before transformers 5."""
    return getattr(output, "pooler_output", output)


def _choose_device(device: Device) -> Device:
    if device is Device.CPU:
        return device
    has_cuda = import_torch().cuda.is_available()
    if device is Device.AUTO:
        return Device.CUDA if has_cuda else Device.CPU
    if not has_cuda:
        raise ConfigurationError(
            "VASARI_DEVICE=cuda, but torch sees no GPU: see that `nvidia-smi` lists it and that "
            "torch is built for CUDA, or set VASARI_DEVICE=cpu"
        )
    return device
