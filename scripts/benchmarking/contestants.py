"""What is timed: each in a process of its own that keeps its model, so that all can take turns and tell their memory.

python -m benchmarking.contestants NAME BASE PRECISION    # then a line of JSON for each run on standard input

A line holds ``documents`` and, with ``count``, asks for the multiplications and additions in products of matrices
instead of the time. The interpreter may have nothing installed but the contestant's own packages: each imports them
itself, and this module the standard library alone.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Scorer = Callable[[Sequence[str]], object]
"""Documents, each of paragraphs between line feeds, to whatever; only its time counts."""
PLAIN_LONGEST = 2048
"""Tokens of a sequence of the plain pass."""
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
"""The file that the base was made of, beside the base's folder."""


def mtcheck(base: Path, precision: str) -> Scorer:
    """The whole check: detection, suggestions, names, verdict; in the precision that it chooses for the processor."""
    from mtcheck import Checker
    from mtcheck.document import Document

    checker = Checker(model=str(base))

    def score(documents: Sequence[str]) -> int:
        checker.forget()
        return sum(len(result.findings) for result in checker.check_all(Document("-", text) for text in documents))

    return score


def transformers(base: Path, precision: str) -> Scorer:
    """Plain perplexity with transformers: a document in one sequence, or in sequences of 2,048 tokens."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    kind = {"bf16": torch.bfloat16, "fp32": torch.float32}[precision]
    model = AutoModelForCausalLM.from_pretrained(base, dtype=kind, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)

    @torch.inference_mode()
    def score(documents: Sequence[str]) -> float:
        total = 0.0
        for text in documents:
            ids = tokenizer(text, return_tensors="pt").input_ids
            for part in ids.split(PLAIN_LONGEST, dim=1):
                if part.shape[1] > 1:
                    total += float(model(input_ids=part, labels=part).loss)
        return total

    return score


def lmppl(base: Path, precision: str) -> Scorer:
    """Lmppl as its README calls it, a paragraph a text, eight together; 0.3.2 starts with transformers 4 only."""
    import lmppl as library

    with tempfile.TemporaryDirectory() as folder:
        for_transformers_4(base, Path(folder))
        model = library.LM(folder)
    return lambda documents: [model.get_perplexity(_paragraphs(text), batch_size=8) for text in documents]


def minicons(base: Path, precision: str) -> Scorer:
    """Minicons as its README calls it, a paragraph a text, eight together."""
    from minicons import scorer

    model = scorer.IncrementalLMScorer(str(base), "cpu")
    return lambda documents: [model.sequence_score(part) for text in documents for part in _eights(text)]


def surprisal(base: Path, precision: str) -> Scorer:
    """The package surprisal as its README calls it, a paragraph a text, eight together."""
    from surprisal import AutoHuggingFaceModel

    model = AutoHuggingFaceModel.from_pretrained(str(base), model_class="gpt")
    return lambda documents: [model.surprise(part) for text in documents for part in _eights(text)]


def llama_cpp(base: Path, precision: str) -> Scorer:
    """Plain perplexity with llama-cpp-python of the GGUF file beside the base: ``eval``, then ``scores`` of all tokens.

    Documents are cut as those of the plain pass are. Weights stay in the precision of the file.
    """
    import llama_cpp as library  # type: ignore[import-not-found, unused-ignore]
    import numpy

    threads = processors()
    model = library.Llama(
        model_path=str(base.parent / GGUF),
        n_ctx=PLAIN_LONGEST,
        n_threads=threads,
        n_threads_batch=threads,
        logits_all=True,
        verbose=False,
    )

    def score(documents: Sequence[str]) -> float:
        total = 0.0
        for text in documents:
            ids = model.tokenize(text.encode(), add_bos=False)
            for start in range(0, len(ids), PLAIN_LONGEST):
                part = ids[start : start + PLAIN_LONGEST]
                if len(part) > 1:
                    model.reset()
                    model.eval(part)
                    logarithms = model.logits_to_logprobs(model.scores[: len(part) - 1])
                    total -= float(logarithms[numpy.arange(len(part) - 1), part[1:]].mean())
        return total

    return score


CONTESTANTS: dict[str, Callable[[Path, str], Scorer]] = {
    "mtcheck": mtcheck,
    "transformers": transformers,
    "lmppl": lmppl,
    "minicons": minicons,
    "surprisal": surprisal,
    "llama_cpp": llama_cpp,
}


def for_transformers_4(base: Path, folder: Path) -> None:
    """Fill the folder with links to the base's files, but what transformers 5 renamed as transformers 4 reads it.

    That is the class of the tokenizer, which 4 does not know, and the base of the rotary embedding, in place of which 4
    would silently take its default.
    """
    for path in base.resolve().iterdir():
        (folder / path.name).symlink_to(path)
    names = "tokenizer_config.json", "config.json"
    tokenizer, config = (json.loads((base / name).read_text(encoding="utf-8")) for name in names)
    if tokenizer.get("tokenizer_class") == "TokenizersBackend":
        tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast"
    rotary = config.pop("rope_parameters", None)
    if rotary:
        config["rope_theta"] = rotary.pop("rope_theta")
        config["rope_scaling"] = None if rotary.get("rope_type", "default") == "default" else rotary
    for name, content in zip(names, (tokenizer, config), strict=True):
        (folder / name).unlink()
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _eights(text: str) -> list[list[str]]:
    lines = _paragraphs(text)
    return [lines[k : k + 8] for k in range(0, len(lines), 8)]


def operations(scorer: Scorer, documents: Sequence[str]) -> int:
    """Multiplications and additions of the products of matrices in a run: torch's and those of mtcheck's kernels."""
    import torch
    from torch.utils import flop_counter

    if torch.ops.aten._int_mm not in flop_counter.flop_registry:

        @flop_counter.register_flop_formula(torch.ops.aten._int_mm)
        def _eight(left: Sequence[int], right: Sequence[int], **_: object) -> int:
            return 2 * left[0] * left[1] * right[1]

    if torch.ops.mkldnn._linear_pointwise not in flop_counter.flop_registry:

        @flop_counter.register_flop_formula(torch.ops.mkldnn._linear_pointwise)
        def _packed(states: Sequence[int], *others: object, out_shape: Sequence[int], **_: object) -> int:
            rows = 1
            for size in out_shape:
                rows *= size
            return 2 * rows * states[-1]

    with flop_counter.FlopCounterMode(display=False) as counter, _counting_kernels() as compiled:
        scorer(documents)
    return int(counter.get_total_flops()) + sum(compiled)


@contextmanager
def _counting_kernels() -> Iterator[list[int]]:
    """What mtcheck's compiled kernels multiply and add meanwhile, call by call; torch does not see it."""
    import torch

    from mtcheck.language_model.kernels import Asking, Kernels

    counts: list[int] = []
    call, attend = Kernels._call, Kernels.attend

    def counted_call(kernels: Kernels, name: str, *arguments: Any) -> None:
        call(kernels, name, *arguments)
        panels = [part for part in arguments if isinstance(part, torch.Tensor) and part.dtype == torch.uint8]
        counts.append(2 * arguments[2] * sum(part.numel() for part in panels) if panels else 0)

    def counted_attend(kernels: Kernels, query: torch.Tensor, asking: Asking, *others: Any) -> torch.Tensor:
        before = asking.seen + asking.before
        seen = int((asking.lengths * before + asking.lengths * (asking.lengths + 1) // 2).sum())
        counts.append(2 * 2 * seen * query.shape[1] * query.shape[2])
        return attend(kernels, query, asking, *others)

    setattr(Kernels, "_call", counted_call)  # noqa: B010
    setattr(Kernels, "attend", counted_attend)  # noqa: B010
    try:
        yield counts
    finally:
        setattr(Kernels, "_call", call)  # noqa: B010
        setattr(Kernels, "attend", attend)  # noqa: B010


def peak_megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Load, say so, then time a run for each line."""
    name, base, precision = sys.argv[1:4]
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints
    scorer = CONTESTANTS[name](Path(base), precision)
    print(json.dumps({"loaded": peak_megabytes()}), file=answers, flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        if wanted.get("count"):
            answer: dict[str, float] = {"operations": operations(scorer, wanted["documents"])}
        else:
            begun = time.perf_counter()
            scorer(wanted["documents"])
            answer = {"seconds": time.perf_counter() - begun, "peak": peak_megabytes()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
