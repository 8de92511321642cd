"""The plain reader on a tiny random model: its figures are those of the library's own loss."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from measuring.surprisal import LONGEST, PlainReader
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

TEXTS = ["Talks resumed on Monday.", "The minister said that he would meet them again, at some point.", ""]


def test_surprisals_are_those_of_the_library(tiny_base: Path) -> None:
    network = LlamaForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(tiny_base / "tokenizer.json"))
    for text, read in zip(TEXTS[:2], PlainReader(tiny_base, "fp32").read(TEXTS), strict=False):
        ids = torch.tensor([[1, *tokenizer(text, add_special_tokens=False).input_ids]])
        with torch.inference_mode():
            loss = float(network(input_ids=ids, labels=ids).loss)
        assert read.total == pytest.approx(loss * (ids.shape[1] - 1), rel=1e-4)
        assert "".join(text[a:b] for a, b in read.offsets) == text


def test_texts_read_together_are_read_as_alone(tiny_base: Path) -> None:
    reader = PlainReader(tiny_base, "fp32")
    together = reader.read(TEXTS)
    assert together[2].nats == []
    for text, read in zip(TEXTS, together, strict=True):
        assert read.nats == pytest.approx(reader.read([text])[0].nats, rel=1e-4)


def test_a_long_text_is_read_in_pieces(tiny_base: Path) -> None:
    text = "so " * (LONGEST + 5)
    (read,) = PlainReader(tiny_base, "fp32").read([text])
    assert len(read.nats) == len(read.offsets) > LONGEST
    assert min(read.nats) > 0.0
