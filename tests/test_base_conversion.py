from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from mtcheck.base_conversion import convert_apart
from mtcheck.base_model import BaseModel
from mtcheck.errors import ModelError


@pytest.fixture(scope="session")
def converted(tiny_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("converted")
    convert_apart(tiny_gguf, target)
    return target


@pytest.fixture(scope="session")
def tokenizer(base_model: BaseModel) -> Tokenizer:
    return Tokenizer.from_file(str(base_model.folder / "tokenizer.json"))


def test_the_copy_holds_dense_bf16_weights(converted: Path) -> None:
    from safetensors import safe_open

    config = json.loads((converted / "config.json").read_text())
    assert config["dtype"] == "bfloat16"
    assert "quantization_config" not in config
    with safe_open(converted / "model.safetensors", framework="pt") as weights:
        assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"BF16"}  # noqa: SIM118


def test_the_copy_loads_with_no_trace_of_the_file_it_came_from(converted: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(converted, local_files_only=True)
    assert model.num_parameters() == 18_688
    assert not getattr(model, "is_quantized", False)


def test_white_space_before_a_number_is_split_as_in_training(converted: Path) -> None:
    tokenizer = Tokenizer.from_file(str(converted / "tokenizer.json"))
    assert tokenizer.encode("a\n\n2024 t").tokens == ["a", "ĊĊ", "2", "0", "2", "4", "Ġt"]


def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and then nothing of the sort")
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError, match=r"broken\.gguf cannot be read as a model: .") as caught:
        convert_apart(broken, tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_the_real_tokenizer_knows_the_reference_ids(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("hello world", add_special_tokens=False).ids == [28120, 905]
    assert tokenizer.encode(" hello", add_special_tokens=False).ids == [33662]
    assert tokenizer.get_vocab_size() == 49_152


def test_no_token_is_put_before_or_after_a_text(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("hello world").ids == tokenizer.encode("hello world", add_special_tokens=False).ids


@pytest.mark.parametrize(
    "text",
    [
        "  two spaces, 12345 digits",
        "a\r\nb\tc\n\n2024",
        "“curly” — 👩‍👩‍👧 é e\u0301",
        "\ufeffmark \u00a0 nbsp \u200b",
        "\x00\x1f",
    ],
)
def test_decoding_gives_the_text_back(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


# The vocabulary has no token for some bytes: those of six control characters and of planes 4 to 11, still unassigned.
UNKNOWN = {"\x04", "\x06", "\x13", "\x14", "\x16", "\x1d", *map(chr, range(0x40000, 0xC0000))}
KNOWN_TEXT = st.text().map(lambda text: "".join(character for character in text if character not in UNKNOWN))


@given(text=KNOWN_TEXT)
def test_decoding_gives_any_text_back(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


@given(text=KNOWN_TEXT)
def test_the_tokens_of_any_text_cover_it(tokenizer: Tokenizer, text: str) -> None:
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    assert {place for start, end in offsets for place in range(start, end)} == set(range(len(text)))
