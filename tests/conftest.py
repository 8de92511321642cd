"""Models for the tests: the real one, fetched once into the user's cache, a tiny one, made here, and none at all."""

from __future__ import annotations

import os
from pathlib import Path

import fake_cli
import pytest
from hypothesis import settings

from mtcheck import Checker
from mtcheck.base_model import BaseModel, locate
from mtcheck.commands.loading import CheckerOptions

# A machine that is busy otherwise must not fail a test; the first example pays for lazy imports.
settings.register_profile("mtcheck", deadline=None)
settings.load_profile("mtcheck")


@pytest.fixture(scope="session")
def base_model() -> BaseModel:
    """The real base model; the first run fetches it."""
    return locate(None)


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of one layer with random weights and a vocabulary of bytes."""
    import numpy as np
    from gguf import GGUFWriter
    from tokenizers.pre_tokenizers import ByteLevel

    width, heads, inner = 32, 2, 64
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *sorted(ByteLevel.alphabet()), "ĊĊ", "Ġt"]
    path = tmp_path_factory.mktemp("tiny") / "tiny.Q8_0.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(1)
    writer.add_context_length(128)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(width // heads)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3, *[1] * (len(tokens) - 3)])
    writer.add_token_merges(["Ċ Ċ", "Ġ t"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    random = np.random.default_rng(0)
    shapes = {
        "token_embd.weight": (len(tokens), width),
        "output_norm.weight": (width,),
        "blk.0.attn_norm.weight": (width,),
        "blk.0.ffn_norm.weight": (width,),
        **{f"blk.0.attn_{part}.weight": (width, width) for part in ("q", "k", "v", "output")},
        **{f"blk.0.ffn_{part}.weight": (inner, width) for part in ("gate", "up")},
        "blk.0.ffn_down.weight": (width, inner),
    }
    for name, shape in shapes.items():
        writer.add_tensor(name, random.normal(0, 0.1, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a base model of one layer with random weights, in bf16, that has the real tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("tiny-base")
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((locate(None).folder / "tokenizer.json").read_bytes())
    return folder


@pytest.fixture
def fake_checker(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checker of ``fake_cli`` in place of the model, with no variables of the environment and nothing kept of
    earlier runs; the value is the cache's folder."""
    for name in [name for name in os.environ if name.startswith("MTCHECK_")]:
        monkeypatch.delenv(name)
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("MTCHECK_CACHE", str(cache))
    monkeypatch.setattr(CheckerOptions, "load", fake_cli.load)
    monkeypatch.setattr(CheckerOptions, "sign", fake_cli.sign)
    return cache


@pytest.fixture(scope="session")
def checker() -> Checker:
    """The real checker, loaded once for all tests."""
    return Checker()
