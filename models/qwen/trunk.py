"""The network of Qwen3-VL below its head: prompts in, the last hidden state of each out."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.builtin.text_encoder import batches_by_length
from models.qwen.inputs import Batch, GridOf, QwenInputs, Tokenised
from models.qwen.pictures import FRAMES, numbers_of
from models.qwen.prompt import Prompt
from models.torch_runtime import Forward, TorchRuntime, TorchWorker, import_torch

FRAME_TOKENS = 64  # of a prompt beside its pictures and long texts, about


class QwenTrunk:
    """Runs prompts in batches, one forward pass at a time. Safe among threads."""

    def __init__(
        self,
        name: str,
        model: Any,  # noqa: ANN401 - torch is not there in every installation
        *,
        inputs: QwenInputs,
        runtime: TorchRuntime,
        row_tokens: int,
    ) -> None:
        self._torch = import_torch()
        self._model = model
        self._inputs = inputs
        self._runtime = runtime
        self._row_tokens = row_tokens  # of a row that a batch is planned for
        self._worker = TorchWorker(name, runtime)
        values = numbers_of(np.arange(256, dtype=np.uint8))
        self._numbers = self._torch.from_numpy(values).to(runtime.device)

    @property
    def at_once(self) -> int:
        """Prompts that it likes to get together."""
        return self._runtime.at_once

    def run(
        self, prompts: Sequence[Prompt], grid: GridOf, head: Callable[[Any], Any]
    ) -> NDArray[np.float32]:
        """Give each prompt what a head makes of its last state, in their order.

        Raises:
            ConfigurationError: a prompt is too long even without its texts.
            ModelUnavailableError: the device has run out of memory, or fails.
        """
        rows = self._inputs.tokenise(prompts, grid)
        order: list[int] = []

        def forwards() -> Iterator[Forward]:
            for places, batch in self._prepared(rows):
                order.extend(places)
                yield partial(self._forward, batch, head)

        parts = list(self._worker.compute_all(forwards()))
        return np.concatenate(parts)[np.argsort(order)]

    def memory_bytes(self) -> int:
        """Bytes of its weights once loaded."""
        return sum(p.numel() * p.element_size() for p in self._model.parameters())

    def _prepared(self, rows: Sequence[Tokenised]) -> Iterator[tuple[list[int], Batch]]:
        """Put batches together, the next one while the device is busy with the one before."""
        with ThreadPoolExecutor(1) as pool:
            ahead = None
            for places in self._batches([row.length for row in rows]):
                coming = pool.submit(self._inputs.batch, [rows[place] for place in places])
                if ahead is not None:
                    yield ahead[0], ahead[1].result()
                ahead = places, coming
            if ahead is not None:
                yield ahead[0], ahead[1].result()

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        size = self._runtime.batch
        for places in batches_by_length(lengths, size * self._row_tokens):
            yield from (places[start : start + size] for start in range(0, len(places), size))

    def _forward(self, batch: Batch, head: Callable[[Any], Any]) -> Any:  # noqa: ANN401
        return head(self._last_states(batch))

    def _last_states(self, batch: Batch) -> Any:  # noqa: ANN401
        torch, to_device = self._torch, self._runtime.to_device
        states = self._model(
            input_ids=to_device(batch.input_ids),
            attention_mask=to_device(batch.attention_mask),
            position_ids=to_device(batch.position_ids),
            pixel_values=self._pixels(batch.patches),
            image_grid_thw=to_device(batch.grids) if len(batch.grids) else None,
            use_cache=False,
        ).last_hidden_state
        last = to_device(batch.last)
        return states[torch.arange(len(last), device=last.device), last].float()

    def _pixels(self, patches: NDArray[np.uint8]) -> Any:  # noqa: ANN401
        """Scale patches on the device, where they go as bytes; a picture is two equal frames."""
        if not len(patches):
            return None
        values = self._runtime.to_device(patches)
        numbers = self._numbers[values.int()].to(self._runtime.torch_dtype)
        return numbers[:, :, None].expand(-1, -1, FRAMES, -1, -1).reshape(len(values), -1)
