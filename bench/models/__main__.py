"""Models of real size with random weights: what they take, and what they give.

    python -m bench.models --device cuda
    python -m bench.models --device cpu --part queries --quick

Nothing is downloaded. A part that fails is reported in the end, and loses no other's rows.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.models import pairs, queries, throughput
from bench.models.checkpoints import QWEN
from bench.models.plan import Plan, going_on, saying
from bench.record import RESULTS, Recorder, say
from models.options import Device


def _deadline(plan: Plan) -> None:
    from bench.models import deadline  # needs a whole installation; the other parts need models

    if plan.device is Device.CPU:
        deadline.run(plan.recorder, "words+20ms", 5 if plan.quick else 40)
        return
    name = str(plan.checkpoint(QWEN))
    deadline.run(plan.recorder, name, 5 if plan.quick else 15, device=plan.device)


PARTS: Mapping[str, Callable[[Plan], None]] = {
    "throughput": throughput.run,
    "queries": queries.run,
    "pairs": pairs.run,
    "deadline": _deadline,
}


def _budget_s(device: Device, *, quick: bool) -> float:
    if quick:
        return 0.5
    return 2.0 if device is Device.CPU else 1.0


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", type=Device, choices=(Device.CPU, Device.CUDA), required=True)
    parser.add_argument("--part", action="append", choices=[*PARTS], help="again for more; or all")
    parser.add_argument("--quick", action="store_true", help="few cases, half a second for each")
    parser.add_argument("--threads", type=int, default=0, help="of a forward pass; 0: all cores")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the rows")
    arguments = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    failed = list[str]()
    with TemporaryDirectory(prefix="bench-models-") as folder:
        recorder = Recorder("models", arguments.results)
        plan = Plan(
            recorder,
            arguments.device,
            Path(folder),
            arguments.quick,
            budget_s=_budget_s(arguments.device, quick=arguments.quick),
            threads=arguments.threads,
        )
        for part in arguments.part or PARTS:
            with going_on(failed, part), saying(f"== {part}"):
                PARTS[part](plan)
    if failed:
        say(f"not measured: {', '.join(failed)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
