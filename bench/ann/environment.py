"""The threads that libraries start with."""

import os

# Read by the libraries when they are loaded, so set before this process starts.
ONE_THREAD = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
CALLING_THREADS = (
    "RAYON_NUM_THREADS", "TOKIO_WORKER_THREADS", "LANCE_CPU_THREADS", "LANCE_IO_THREADS",
)  # fmt: skip


def environment(threads: int) -> dict[str, str]:
    """Write the environment of a measuring process.

    A pool that works for its caller, as of OpenMP, has one thread; a pool that takes the callers'
    work, as of tokio, has as many as there are callers.
    """
    return {
        **os.environ,
        **dict.fromkeys(ONE_THREAD, "1"),
        **dict.fromkeys(CALLING_THREADS, str(threads)),
    }
