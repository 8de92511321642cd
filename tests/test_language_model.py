from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from mtcheck import base_model
from mtcheck.errors import ModelError
from mtcheck.language_model import passes
from mtcheck.language_model.attention import grouped_causal_attention, register
from mtcheck.language_model.editing import EditingModel
from mtcheck.language_model.llama import Llama, is_plain, parts
from mtcheck.language_model.lora import merge
from mtcheck.language_model.networks import OfTransformers, load_network
from mtcheck.language_model.passes import Continuation, Start, Variant

BOS, SEP = 1, 2


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(base_model.locate(None).folder / "tokenizer.json"))
    loaded.encode_special_tokens = True
    return loaded


@pytest.fixture(scope="module")
def network() -> LlamaForCausalLM:
    """Two layers with random weights in fp32, where sums are the same to five digits whatever the batch."""
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=300,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        attn_implementation=register(),
    )
    return LlamaForCausalLM(config).eval()


def own_llama(network: LlamaForCausalLM) -> Llama:
    config = network.config.to_dict()
    return Llama(config, parts(dict(network.state_dict()), config))


@pytest.fixture(scope="module", params=["own", "transformers"])
def model(network: LlamaForCausalLM, tokenizer: Tokenizer, request: pytest.FixtureRequest) -> EditingModel:
    """An editing model over the network as it is read here, and as transformers reads it."""
    tagger = (torch.linspace(-1, 1, 48)[None, :], torch.zeros(1))
    own = own_llama(network)
    read = own if request.param == "own" else OfTransformers(network)
    return EditingModel(read, tokenizer, tagger, BOS, SEP, "fp32")


def logprobs(network: LlamaForCausalLM, ids: list[int]) -> torch.Tensor:
    """(T, V): what transformers itself gives for a sequence, with its own attention."""
    plain = LlamaForCausalLM(deepcopy(network.config))
    plain.load_state_dict(network.state_dict())
    plain.set_attn_implementation("eager")
    with torch.inference_mode():
        return torch.log_softmax(plain.eval()(torch.tensor([ids])).logits[0].float(), dim=-1)


def test_the_attention_is_the_usual_causal_one():
    torch.manual_seed(1)
    query, key, value = torch.randn(2, 6, 9, 8), torch.randn(2, 3, 9, 8), torch.randn(2, 3, 9, 8)
    mixed, _ = grouped_causal_attention(torch.nn.Module(), query, key, value, None)
    expected = functional.scaled_dot_product_attention(
        query, key.repeat_interleave(2, 1), value.repeat_interleave(2, 1), is_causal=True
    )
    torch.testing.assert_close(mixed, expected.transpose(1, 2), rtol=1e-4, atol=1e-5)


def test_what_is_asked_before_a_pass_can_end_the_work_and_leaves_no_trace(model: EditingModel):
    expected = model.read([[40, 41, 42]], alternatives=2).readings

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), model.asking(stop):
        model.read([[40, 41, 42]], alternatives=2)
    (again,), (first,) = model.read([[40, 41, 42]], alternatives=2).readings, expected
    assert again.surprisal.tolist() == first.surprisal.tolist()


def test_a_reading_is_what_the_model_says_of_the_second_copy(model: EditingModel, network: LlamaForCausalLM):
    window = [40, 41, 42, 43]
    (reading,) = model.read([window], alternatives=3).readings
    expected = logprobs(network, [BOS, *window, SEP, *window])
    wanted = [*window, SEP]
    np.testing.assert_allclose(reading.surprisal, [-expected[5 + i, t].item() for i, t in enumerate(wanted)], atol=1e-4)
    np.testing.assert_allclose(reading.plain, [-expected[i, t].item() for i, t in enumerate(window)], atol=1e-4)
    assert reading.best_ids.tolist() == expected[5:10].topk(3).indices.tolist()
    assert reading.garbled.shape == (4,)


def test_a_llama_shaped_folder_is_read_without_transformers_and_gives_the_same(
    network: LlamaForCausalLM, tmp_path: Path
):
    network.save_pretrained(tmp_path)
    own, config = load_network(tmp_path, torch.float32)
    assert isinstance(own, Llama)
    ids = torch.tensor([[BOS, 40, 41, 42, 43], [BOS, 60, 61, 62, SEP]])
    with torch.inference_mode():
        expected = torch.log_softmax(network(ids).logits, dim=-1)
        found = torch.log_softmax(own.scores(own.hidden(ids)), dim=-1)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert config["hidden_size"] == 48


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "qwen2"},
        {"hidden_act": "gelu"},
        {"attention_bias": True},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}},
        {"rope_scaling": {"factor": 2.0}},
    ],
)
def test_what_is_not_quite_a_llama_is_left_to_transformers(network: LlamaForCausalLM, change: dict):
    config = network.config.to_dict()
    assert is_plain(config)
    assert not is_plain(config | change)


def test_weights_that_do_not_fit_are_told(network: LlamaForCausalLM, tmp_path: Path):
    network.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(ModelError, match="do not fit"):
        load_network(tmp_path, torch.float32)


def test_windows_of_a_batch_do_not_touch_each_other(model: EditingModel):
    windows = [[40, 41, 42, 43, 44, 45], [50, 51], [60]]
    together = model.read(windows, alternatives=2).readings
    for window, reading in zip(windows, together, strict=True):
        (alone,) = model.read([window], alternatives=2).readings
        np.testing.assert_allclose(reading.surprisal, alone.surprisal, atol=1e-4)
        np.testing.assert_allclose(reading.garbled, alone.garbled, atol=1e-4)


def test_continuations_decode_what_the_whole_sequence_would(model: EditingModel, network: LlamaForCausalLM):
    windows = [[40, 41, 42, 43, 44, 45], [50, 51, 52]]
    starts = [Start(0, 2, 99), Start(1, 1, 98), Start(0, 5, 97), Start(0, 0, 96)]
    lengths = [3, 1, 2, 4]

    def done(index: int, continuation: Continuation) -> bool:
        return len(continuation.tokens) == lengths[index]

    found = model.read(windows, alternatives=2).continue_from(starts, done, limit=9)
    for start, length, continuation in zip(starts, lengths, found, strict=True):
        window = windows[start.row]
        ids = [BOS, *window, SEP, *window[: start.at], start.token]
        for token, logprob in zip(continuation.tokens, continuation.logprobs, strict=True):
            expected = logprobs(network, ids)[-1]
            assert token == int(expected.argmax())
            assert logprob == pytest.approx(expected.max().item(), abs=1e-4)
            ids.append(token)
        assert len(continuation.tokens) == length


def test_windows_that_are_read_in_several_batches_continue_together(
    model: EditingModel, monkeypatch: pytest.MonkeyPatch
):
    windows = [[40, 41, 42, 43, 44, 45], [50, 51], [60, 61, 62, 63]]
    starts = [Start(2, 1, 99), Start(0, 3, 98), Start(1, 0, 97), Start(0, 1, 96)]
    variants = [Variant(2, 1, (99, 98)), Variant(0, 2, (97, 96, 95)), Variant(1, 1, (94,))]

    def read() -> tuple[list[list[int]], list[float]]:
        held = model.read(windows, alternatives=2)
        continued = held.continue_from(starts, lambda i, c: len(c.tokens) > i, limit=4)
        return [continuation.tokens for continuation in continued], held.score(variants)

    together = read()
    monkeypatch.setattr(passes, "BATCH_TOKENS", 1)
    apart = read()
    assert apart[0] == together[0]
    assert apart[1] == pytest.approx(together[1], abs=1e-4)


COPIES = [
    (0, [40, 41, 99, 98, 43, 44, 45]),  # one token replaced by two
    (1, [50, 52]),  # one left out
    (0, [95, 41, 42, 43, 44, 45]),  # changed from the start, and the same window again
    (1, [50, 51]),  # the end left out
]


def test_another_second_copy_is_read_with_the_draft_still_in_view(model: EditingModel, network: LlamaForCausalLM):
    windows = [[40, 41, 42, 43, 44, 45], [50, 51, 52]]
    read = model.read(windows, alternatives=3)
    for (row, copy), reading in zip(COPIES, read.copy_again(COPIES).readings, strict=True):
        length = len(windows[row])
        expected = logprobs(network, [BOS, *windows[row], SEP, *copy])[length + 1 :]
        wanted = [-expected[i, token].item() for i, token in enumerate([*copy, SEP])]
        np.testing.assert_allclose(reading.surprisal, wanted, atol=1e-4)
        assert reading.best_ids.tolist() == expected.topk(3).indices.tolist()
        assert reading.garbled.shape == (len(copy),)


def test_suggestions_are_decoded_from_another_second_copy(model: EditingModel, network: LlamaForCausalLM):
    windows = [[40, 41, 42, 43, 44, 45], [50, 51, 52]]
    copies = model.read(windows, alternatives=2).copy_again(COPIES)
    starts = [Start(0, 5, 90), Start(1, 1, 91), Start(2, 3, 92), Start(3, 2, 93), Start(0, 1, 94)]
    found = copies.continue_from(starts, lambda i, c: len(c.tokens) == 2, limit=4)
    for start, continuation in zip(starts, found, strict=True):
        row, copy = COPIES[start.row]
        ids = [BOS, *windows[row], SEP, *copy[: start.at], start.token]
        for token, logprob in zip(continuation.tokens, continuation.logprobs, strict=True):
            expected = logprobs(network, ids)[-1]
            assert token == int(expected.argmax())
            assert logprob == pytest.approx(expected.max().item(), abs=1e-4)
            ids.append(token)


def test_what_a_row_is_filled_up_with_is_not_computed_and_changes_nothing(network: LlamaForCausalLM):
    own = own_llama(network)
    ids = torch.tensor([[BOS, 40, 41, 42, 43], [BOS, 60, 61, 99, 99]])
    with torch.inference_mode():
        whole, cut = own.hidden(ids), own.hidden(ids, lengths=[5, 3])
    torch.testing.assert_close(cut[0], whole[0], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(cut[1, :3], whole[1, :3], rtol=1e-5, atol=1e-5)


def test_no_starts_need_no_decoding(model: EditingModel):
    assert model.read([[40, 41]], alternatives=2).continue_from([], lambda i, c: True, limit=3) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], max_codepoint=0x3FFFF)))
def test_tokens_decoded_give_the_text_again(model: EditingModel, text: str):
    tokens = model.tokenize(text)
    assert model.decode(tokens.ids) == text
    assert all(0 <= start < end <= len(text) for start, end in tokens.offsets)


@given(st.text())
def test_offsets_never_point_outside_whatever_the_text_holds(model: EditingModel, text: str):
    offsets = model.tokenize(text).offsets
    assert offsets == sorted(offsets)
    assert all(0 <= start <= end <= len(text) for start, end in offsets)


def test_the_name_of_a_control_token_is_read_as_its_letters(model: EditingModel):
    assert SEP not in model.tokenize("a draft with <|im_end|> in it").ids


def lora(folder: Path, tensors: dict[str, torch.Tensor], **changes: object) -> Path:
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 6, **changes}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    save_file(tensors, folder / "adapter_model.safetensors")
    return folder


Q = "base_model.model.model.layers.0.self_attn.q_proj"


def test_merging_adds_the_scaled_product_to_the_weight(network: LlamaForCausalLM, tmp_path: Path):
    copy = LlamaForCausalLM(network.config)
    copy.load_state_dict(network.state_dict())
    before = copy.model.layers[0].self_attn.q_proj.weight.detach().clone()
    down, up = torch.randn(2, 48), torch.randn(48, 2)
    merge(dict(copy.named_parameters()), lora(tmp_path, {f"{Q}.lora_A.weight": down, f"{Q}.lora_B.weight": up}))
    after = copy.model.layers[0].self_attn.q_proj.weight
    torch.testing.assert_close(after, before + 3 * up @ down)


def test_an_adapter_of_another_model_is_refused(network: LlamaForCausalLM, tmp_path: Path):
    tensors = {f"{Q}.lora_A.weight": torch.randn(2, 47), f"{Q}.lora_B.weight": torch.randn(48, 2)}
    with pytest.raises(ModelError, match="made for another one"):
        merge(dict(network.named_parameters()), lora(tmp_path, tensors))


@pytest.mark.parametrize("changes", [{"peft_type": "IA3"}, {"use_dora": True}, {"use_rslora": True}])
def test_adapters_that_are_not_plain_lora_are_refused(network: LlamaForCausalLM, tmp_path: Path, changes: dict):
    with pytest.raises(ModelError, match="plain LoRA"):
        merge(dict(network.named_parameters()), lora(tmp_path, {}, **changes))


def test_a_pickle_in_the_weights_place_is_refused(network: LlamaForCausalLM, tmp_path: Path):
    lora(tmp_path, {})
    torch.save({"x": torch.zeros(1)}, tmp_path / "adapter_model.safetensors")
    with pytest.raises(ModelError, match="safetensors"):
        merge(dict(network.named_parameters()), tmp_path)


def test_a_variant_is_scored_as_plain_text_behind_what_stands_left(model: EditingModel, network: LlamaForCausalLM):
    windows = [[11, 12, 13, 14], [21, 22, 23, 24, 25, 26]]
    read = model.read(windows)
    variants = [Variant(1, 2, (31, 32, 33)), Variant(0, 0, (41,)), Variant(1, 5, (51, 52)), Variant(1, 2, (34,))]
    for variant, score in zip(variants, read.score(variants), strict=True):
        ids = [BOS, *windows[variant.row][: variant.at], *variant.tokens]
        plain = logprobs(network, ids)
        count = len(variant.tokens)
        wanted = sum(float(plain[-count - 1 + i, token]) for i, token in enumerate(variant.tokens))
        assert score == pytest.approx(wanted, abs=1e-4)


def test_what_stands_in_the_text_scores_what_the_pass_said_of_it(model: EditingModel):
    window = [11, 12, 13, 14, 15]
    read = model.read([window])
    (score,) = read.score([Variant(0, 1, tuple(window[1:]))])
    assert score == pytest.approx(-float(read.readings[0].plain[1:].sum()), abs=1e-4)


def test_no_variants_cost_nothing(model: EditingModel):
    assert model.read([[11, 12]]).score([]) == []
