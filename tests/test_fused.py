"""The compiled network says what the one of torch's operators says, and the same whatever it reads beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from mtcheck import base_model
from mtcheck.language_model import kernels, passes
from mtcheck.language_model.editing import EditingModel
from mtcheck.language_model.fused import FusedLlama, laid_out
from mtcheck.language_model.llama import Llama, in_eight_bits, parts
from mtcheck.language_model.passes import Copies, Pass, Start, Variant
from mtcheck.language_model.rotation import rotate

LOADED = kernels.load()
pytestmark = pytest.mark.skipif(LOADED is None, reason="not built for this processor")
BOS, SEP = 1, 2
WINDOWS = [list(range(40, 40 + length)) for length in (5, 23, 70)]
STARTS = [Start(0, 2, 99), Start(2, 50, 98), Start(1, 0, 97), Start(2, 3, 96), Start(2, 69, 95)]
VARIANTS = [Variant(2, 30, (99, 98)), Variant(0, 2, (97, 96, 95)), Variant(1, 0, (94,))]
COPIES = [(2, [*WINDOWS[2][:30], 99, *WINDOWS[2][31:]]), (0, [9, *WINDOWS[0]]), (1, WINDOWS[1][:-1])]
ROUNDING = 0.05
"""Nats by which two ways of rounding the same network to 8 bits may differ here."""


def editing(network: Any) -> EditingModel:
    tokenizer = Tokenizer.from_file(str(base_model.locate(None).folder / "tokenizer.json"))
    return EditingModel(network, tokenizer, (torch.linspace(-1, 1, 96)[None, :], torch.zeros(1)), BOS, SEP, "int8")


@pytest.fixture(scope="module")
def models() -> tuple[EditingModel, EditingModel]:
    """The same random network, compiled and by torch's operators."""
    assert LOADED is not None
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=320,
        hidden_size=96,
        intermediate_size=160,
        num_hidden_layers=3,
        num_attention_heads=3,
        num_key_value_heads=1,
        tie_word_embeddings=False,
    )
    settings = config.to_dict()
    weights = {name: tensor.detach().clone() for name, tensor in LlamaForCausalLM(config).state_dict().items()}
    rotate(weights, settings, torch.zeros(1, 96))
    found = in_eight_bits(parts(weights, settings))
    return editing(FusedLlama(settings, laid_out(found), LOADED)), editing(Llama(settings, found))


@pytest.fixture
def compiled(models: tuple[EditingModel, EditingModel]) -> EditingModel:
    return models[0]


def decoded(read: Copies, starts: list[Start]) -> list[tuple[list[int], list[float]]]:
    found = read.continue_from(starts, lambda i, c: len(c.tokens) > i % 4, limit=9)
    return [(one.tokens, one.logprobs) for one in found]


def test_readings_are_those_of_torch_to_a_digit_of_their_rounding(models: tuple[EditingModel, EditingModel]) -> None:
    found, wanted = (model.read(WINDOWS, alternatives=3).readings for model in models)
    for one, other in zip(found, wanted, strict=True):
        for name in ("surprisal", "plain", "best_logprobs"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=ROUNDING)
        np.testing.assert_allclose(one.garbled, other.garbled, atol=5 * ROUNDING)


def test_continuations_and_variants_are_too(models: tuple[EditingModel, EditingModel]) -> None:
    found, wanted = (model.read(WINDOWS) for model in models)
    for (_, one), (_, other) in zip(decoded(found, STARTS), decoded(wanted, STARTS), strict=True):
        assert one[0] == pytest.approx(other[0], abs=ROUNDING)
    assert found.score(VARIANTS) == pytest.approx(wanted.score(VARIANTS), abs=3 * ROUNDING)


def test_what_is_decoded_is_what_a_pass_over_it_says(compiled: EditingModel) -> None:
    """Step by step and at once the same states are read, each by itself."""
    read = compiled.read(WINDOWS)
    for start, (tokens, logprobs) in zip(STARTS, decoded(read, STARTS), strict=True):
        window = WINDOWS[start.row]
        copy = [*window[: start.at], start.token, *tokens]
        (again,) = read.copy_again([(start.row, copy)]).readings
        np.testing.assert_allclose(again.surprisal[start.at + 1 : -1], [-one for one in logprobs], atol=ROUNDING)


def test_copies_of_copies_are_continued_from(models: tuple[EditingModel, EditingModel]) -> None:
    starts = [Start(0, 31, 90), Start(1, 2, 91), Start(2, 20, 92), Start(0, 4, 93)]
    found, wanted = (decoded(model.read(WINDOWS).copy_again(COPIES), starts) for model in models)
    for (_, one), (_, other) in zip(found, wanted, strict=True):
        assert one[0] == pytest.approx(other[0], abs=ROUNDING)


def test_nothing_depends_on_the_batch_or_the_company_to_the_bit(
    compiled: EditingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = compiled.read(WINDOWS)
    continued, scored, copied = decoded(together, STARTS), together.score(VARIANTS), together.copy_again(COPIES)

    def alone(row: int) -> Pass:
        return compiled.read([WINDOWS[row]])

    for row, reading in enumerate(together.readings):
        (found,) = alone(row).readings
        assert np.array_equal(found.surprisal, reading.surprisal)
        assert np.array_equal(found.best_ids, reading.best_ids)
        assert np.array_equal(found.plain, reading.plain)
    for number, start in enumerate(STARTS):
        single = [Start(0, start.at, start.token)]
        found = alone(start.row).continue_from(single, lambda i, c, n=number: len(c.tokens) > n % 4, limit=9)
        assert (found[0].tokens, found[0].logprobs) == continued[number]
    for variant, score in zip(VARIANTS, scored, strict=True):
        assert alone(variant.row).score([Variant(0, variant.at, variant.tokens)]) == [score]
    for (row, copy), reading in zip(COPIES, copied.readings, strict=True):
        (again,) = alone(row).copy_again([(0, copy)]).readings
        assert np.array_equal(again.surprisal, reading.surprisal)
    monkeypatch.setattr(passes, "BATCH_TOKENS", 60)
    apart = compiled.read(WINDOWS)
    assert decoded(apart, STARTS) == continued
    assert apart.score(VARIANTS) == scored
