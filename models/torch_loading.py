"""Networks and tokenizers out of a checkpoint: safetensors alone, no code of others, no network."""

from typing import Any

from core.errors import DamagedError, MissingExtraError
from models.checkpoints import Checkpoint
from models.torch_runtime import TorchRuntime, import_transformers


def load_network(kind: str, checkpoint: Checkpoint, runtime: TorchRuntime) -> Any:  # noqa: ANN401 - of torch
    """Load the weights of a checkpoint into a class of transformers, on the device.

    Raises:
        DamagedError: they cannot be read, or some are missing, which would be made up at random.
    """
    transformers = import_transformers()
    try:
        model, report = getattr(transformers, kind).from_pretrained(
            checkpoint.folder,
            dtype=runtime.torch_dtype,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except Exception as error:  # its exceptions have no common base
        raise DamagedError(f"{checkpoint.name} cannot be loaded: {error}") from error
    if report["missing_keys"]:
        missing = ", ".join(sorted(report["missing_keys"])[:3])
        raise DamagedError(f"{checkpoint.name} lacks weights: {missing}; fetch it again")
    return model.eval().to(runtime.device)


def load_tokenizer(checkpoint: Checkpoint) -> Any:  # noqa: ANN401 - of transformers
    """Load the tokenizer of a checkpoint.

    Raises:
        MissingExtraError: a package that its vocabulary needs is not installed.
        DamagedError: it cannot be read.
    """
    transformers = import_transformers()
    try:
        return transformers.AutoTokenizer.from_pretrained(
            checkpoint.folder, local_files_only=True, trust_remote_code=False
        )
    except ImportError as error:
        raise MissingExtraError("sentencepiece or protobuf", "models") from error
    except Exception as error:  # its exceptions have no common base
        raise DamagedError(
            f"the tokenizer of {checkpoint.name} cannot be loaded: {error}"
        ) from error
