"""Forward passes under way: their order, and that the next begins before the last is fetched."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from models.options import Device, Dtype
from models.torch_runtime import TorchRuntime, TorchWorker
from tests.requirements import require

require("models")
RUNTIME = TorchRuntime(Device.CPU, Dtype.FP32, batch=2)


def test_passes_give_their_rows_in_order_and_of_unit_length() -> None:
    import torch

    worker = TorchWorker("seer", RUNTIME)
    given = [torch.tensor([[3.0 * n, 4.0 * n]]) for n in (1, -1, 2)]

    rows = list(worker.run_all(partial(torch.clone, one) for one in given))

    expected = [[[0.6, 0.8]], [[-0.6, -0.8]], [[0.6, 0.8]]]
    assert np.allclose(rows, expected)


def test_the_next_pass_begins_before_the_last_one_is_fetched() -> None:
    import torch

    worker, begun = TorchWorker("seer", RUNTIME), list[int]()

    def forward(number: int) -> torch.Tensor:
        begun.append(number)
        return torch.ones(1, 2)

    passes = worker.compute_all(partial(forward, number) for number in range(3))
    next(passes)

    assert begun == [0, 1]


def test_passes_of_many_threads_run_in_one() -> None:
    import torch

    worker, seen = TorchWorker("seer", RUNTIME), set[int]()

    def forward() -> torch.Tensor:
        seen.add(threading.get_ident())
        return torch.ones(1, 2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: worker.run(forward), range(16)))

    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_numbers_go_to_the_device_as_they_are() -> None:
    numbers = np.arange(6, dtype=np.uint8).reshape(2, 3)

    assert np.array_equal(RUNTIME.to_device(numbers).numpy(), numbers)
