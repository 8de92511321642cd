"""What is timed: each in a process of its own that keeps its model, so that all can take turns and tell their memory.

python -m benchmarking.contestants NAME BASE PRECISION    # then a line of JSON for each run on standard input

A line holds ``documents`` and, with ``count``, asks for the multiplications and additions in products of matrices
instead of the time.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Scorer = Callable[[Sequence[str]], object]
"""Documents, each of paragraphs between line feeds, to whatever; only its time counts."""
PLAIN_LONGEST = 2048
"""Tokens of a sequence of the plain pass."""


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
    """Lmppl as its README calls it, a paragraph a text, eight together."""
    import lmppl as library

    model = library.LM(str(base))
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


CONTESTANTS: dict[str, Callable[[Path, str], Scorer]] = {
    "mtcheck": mtcheck,
    "transformers": transformers,
    "lmppl": lmppl,
    "minicons": minicons,
    "surprisal": surprisal,
}


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _eights(text: str) -> list[list[str]]:
    lines = _paragraphs(text)
    return [lines[k : k + 8] for k in range(0, len(lines), 8)]


def operations(scorer: Scorer, documents: Sequence[str]) -> int:
    """Multiplications and additions of the products of matrices in a run, as torch counts them."""
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

    with flop_counter.FlopCounterMode(display=False) as counter:
        scorer(documents)
    return int(counter.get_total_flops())


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
