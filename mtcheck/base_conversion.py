"""Turns a GGUF file into a folder that transformers loads at once: dequantised, bf16, with its tokenizer.

Run as a program, in a process of its own: the half gigabyte and the chatter of the libraries go with it. Only here and
in ``language_model`` is torch imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from mtcheck.errors import ModelError

# GGUF names how a vocabulary splits text before merging. These split off each digit, then as GPT-2 does; transformers
# does not know them and falls back to GPT-2's splits, which differ where white space meets a number ("\n\n2024").
_DIGIT_SPLITTING = frozenset({"smollm", "starcoder", "refact", "command-r"})


def convert(gguf: Path, target: Path) -> None:
    """Write ``gguf`` as config, tokenizer and bf16 safetensors into the existing folder ``target``.

    Nothing is read from the network. What the libraries raise is passed on.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source: dict[str, Any] = {
        "pretrained_model_name_or_path": str(gguf.parent),
        "gguf_file": gguf.name,
        "local_files_only": True,
    }
    tokenizer = AutoTokenizer.from_pretrained(**source)
    if _splitting(gguf) in _DIGIT_SPLITTING:
        _split_digits(tokenizer)
    tokenizer.save_pretrained(str(target))
    # Without dequantize=True the weights stay packed, which is slower on most processors and cannot be saved.
    model = AutoModelForCausalLM.from_pretrained(
        **source, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
    )
    if hasattr(model.config, "quantization_config"):
        # Left in place it would send the loader back to the GGUF file.
        del model.config.quantization_config
    model.save_pretrained(str(target))


def convert_apart(gguf: Path, target: Path) -> None:
    """Do :func:`convert` in another process."""
    package_root = Path(__file__).resolve().parents[1]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(package_root), os.environ.get("PYTHONPATH")])),
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TQDM_DISABLE": "1",
    }
    command = [sys.executable, "-m", "mtcheck.base_conversion", str(gguf.resolve()), str(target.resolve())]
    done = subprocess.run(
        command, cwd=target, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise ModelError(f"{gguf} cannot be read as a model: {said[-1].strip()}")


def _splitting(gguf: Path) -> str:
    """The name of the way in which the vocabulary of ``gguf`` splits text, empty where the file names none."""
    from gguf import GGUFReader

    field = GGUFReader(gguf).get_field("tokenizer.ggml.pre")
    return str(field.contents()) if field else ""


def _split_digits(tokenizer: Any) -> None:
    from tokenizers import pre_tokenizers

    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
