"""The compiled kernels do what torch's operators do, to each row by itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from mtcheck.language_model import kernels
from mtcheck.language_model.eight_bits import EightBits, rounded
from mtcheck.language_model.kernels import Asking, Kernels, Matrix, Places, Rounded, building, in_panels
from mtcheck.language_model.llama import Rotary, normalised, rotated

LOADED = kernels.load()
pytestmark = pytest.mark.skipif(LOADED is None, reason="not built for this processor")

HEADS, GROUPS, HEAD, WIDTH, INNER, EPSILON = 6, 2, 32, 64, 288, 1e-5


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    torch.manual_seed(11)
    with torch.inference_mode():
        yield


@pytest.fixture
def compiled() -> Kernels:
    assert LOADED is not None
    return LOADED


def matrix(out: int, width: int) -> tuple[Matrix, EightBits]:
    """A random matrix as the kernels take it, and as torch multiplies it."""
    whole, scale = rounded(torch.randn(out, width))
    return Matrix(in_panels(whole), scale), EightBits(whole, scale)


def sequences(lengths: list[int], span: int) -> tuple[Places, Asking]:
    """Sequences that are read from the start."""
    sizes = torch.tensor(lengths)
    at = torch.cat([torch.arange(length) for length in lengths])
    places = Places(torch.arange(len(lengths)).repeat_interleave(sizes) * span + at, len(lengths) * span, at, span)
    firsts, nothing = sizes.cumsum(0) - sizes, torch.zeros_like(sizes)
    asking = Asking(len(at), max(lengths), firsts, sizes, len(lengths), span, torch.arange(len(lengths)), nothing)
    return places, asking


def attention(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """torch's own, of queries (T, H, D) that are scaled already, keys (G, D, S), values (G, S, D), mask (T, S)."""
    shared = query.shape[1] // len(keys)
    found = functional.scaled_dot_product_attention(
        query.transpose(0, 1),
        keys.transpose(1, 2).repeat_interleave(shared, 0),
        values.repeat_interleave(shared, 0),
        attn_mask=mask,
        scale=1.0,
    )
    return found.transpose(0, 1)


def test_what_is_built_is_of_the_sources_that_are_there() -> None:
    (library,) = kernels.FOLDER.glob("*.so")
    assert library.name == building.library_name(kernels.FOLDER)


def test_rows_are_rounded_to_their_largest_number(compiled: Kernels) -> None:
    states = torch.cat([torch.randn(5, WIDTH), 1e6 * torch.randn(1, WIDTH), torch.zeros(1, WIDTH)])
    found = compiled.round_rows(states)
    assert found.whole[:-1].abs().amax(1).tolist() == [127] * 6
    assert not found.whole[-1].any()
    error = found.whole * found.scale[:, None] - states
    assert bool((error.abs().amax(1) <= 0.501 * found.scale).all())


def test_normalised_rows_are_rounded_ones_of_the_norm(compiled: Kernels) -> None:
    states = torch.randn(7, WIDTH) * torch.arange(1, 8)[:, None]
    found = compiled.normalise(states, EPSILON)
    wanted = normalised(states, torch.ones(WIDTH), EPSILON)
    assert bool(((found.whole * found.scale[:, None] - wanted).abs().amax(1) <= 0.501 * found.scale).all())


def test_queries_and_keys_are_turned_and_all_stand_at_their_places(compiled: Kernels) -> None:
    asked, plain = matrix((HEADS + 2 * GROUPS) * HEAD, WIDTH)
    rows = compiled.round_rows(torch.randn(9, WIDTH))
    places, _ = sequences([5, 4], 16)
    angles = Rotary.of({"head_dim": HEAD, "rope_theta": 100.0}).turns(torch.arange(16))
    keys, values = torch.zeros(2, GROUPS, HEAD, 16), torch.zeros(2, GROUPS, 16, HEAD)
    query = compiled.ask(rows, asked, places, angles, keys, values)
    product = plain(rows.whole * rows.scale[:, None]).unflatten(1, (-1, HEAD))
    turned = rotated(product[None], angles[0][places.turns, None], angles[1][places.turns, None])[0]
    close = {"rtol": 1e-4, "atol": 1e-4}
    torch.testing.assert_close(query, turned[:, :HEADS] * HEAD**-0.5, **close)
    for row, place in enumerate(places.at.tolist()):
        torch.testing.assert_close(keys[place // 16, :, :, place % 16], turned[row, HEADS : HEADS + GROUPS], **close)
        torch.testing.assert_close(values[place // 16, :, place % 16], product[row, HEADS + GROUPS :], **close)
    assert not keys[0, :, :, 5:].any(), "nothing else is touched"
    assert not values[1, :, 4:].any()


@pytest.mark.parametrize("lengths", [[1], [2, 1], [33, 64, 7], [48, 47]])
@pytest.mark.parametrize("shared", [1, 2, 3, 4, 5])
def test_attention_is_the_usual_causal_one(compiled: Kernels, lengths: list[int], shared: int) -> None:
    _, asking = sequences(lengths, 64)
    query = 0.2 * torch.randn(sum(lengths), GROUPS * shared, HEAD)
    held = torch.randn(len(lengths), GROUPS, HEAD, 64), torch.randn(len(lengths), GROUPS, 64, HEAD)
    found = compiled.attend(query, asking, held)
    for number, (first, length) in enumerate(zip(asking.firsts.tolist(), lengths, strict=True)):
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        wanted = attention(
            query[first : first + length], held[0][number, :, :, :length], held[1][number, :, :length], causal
        )
        torch.testing.assert_close(found[first : first + length], wanted, rtol=1e-4, atol=1e-5)


def continued(lengths: list[int], before: int) -> tuple[Tensor, Asking, kernels.Pair, kernels.Pair]:
    """Sequences that go on in two windows of 32 positions, with tokens of their own."""
    sizes, room, asked = torch.tensor(lengths), before + max(lengths) + 2, max(lengths)
    seen = torch.tensor([32, 17, 5, 0][: len(lengths)])
    windows, own = torch.tensor([0, 1, 1, 0][: len(lengths)]), torch.tensor([4, 0, 3, 2][: len(lengths)])
    firsts = sizes.cumsum(0) - sizes
    asking = Asking(sum(lengths), asked, firsts, sizes, 2, 32, windows, seen, own, 5, room, before)
    query = 0.2 * torch.randn(sum(lengths), HEADS, HEAD)
    held = torch.randn(2, GROUPS, HEAD, 32), torch.randn(2, GROUPS, 32, HEAD)
    return query, asking, held, (torch.randn(5, GROUPS, HEAD, room), torch.randn(5, GROUPS, room, HEAD))


@pytest.mark.parametrize(("lengths", "before"), [([1, 1, 1, 1], 0), ([1, 1, 1], 6), ([40, 3, 1, 17], 0), ([2], 33)])
def test_a_continuation_sees_its_part_of_a_window_and_itself(
    compiled: Kernels, lengths: list[int], before: int
) -> None:
    query, asking, held, own = continued(lengths, before)
    found = compiled.attend(query, asking, held, own)
    assert asking.own is not None
    for number, length in enumerate(lengths):
        some = slice(int(asking.firsts[number]), int(asking.firsts[number]) + length)
        window, seen, row = int(asking.windows[number]), int(asking.seen[number]), int(asking.own[number])
        known = before + length
        keys = torch.cat([held[0][window, :, :, :seen], own[0][row, :, :, :known]], dim=2)
        values = torch.cat([held[1][window, :, :seen], own[1][row, :, :known]], dim=1)
        mask = torch.ones(length, seen + known, dtype=torch.bool).tril(seen + before)
        torch.testing.assert_close(found[some], attention(query[some], keys, values, mask), rtol=1e-4, atol=1e-5)


def test_very_unlike_scores_are_weighed_without_overflow(compiled: Kernels) -> None:
    _, asking = sequences([16], 16)
    query = 300.0 * torch.randn(16, HEADS, HEAD)
    held = torch.randn(1, GROUPS, HEAD, 16), torch.randn(1, GROUPS, 16, HEAD)
    wanted = attention(query, held[0][0], held[1][0], torch.ones(16, 16, dtype=torch.bool).tril())
    torch.testing.assert_close(compiled.attend(query, asking, held), wanted, rtol=1e-3, atol=1e-3)


def in_groups(rows: Tensor, matrix: EightBits) -> Tensor:
    """A product of rows that are rounded in groups of 128."""
    parts = zip(rows.split(128, dim=1), matrix.weight.split(128), strict=True)
    return torch.stack([EightBits(weight.t(), matrix.scale)(part) for part, weight in parts]).sum(dim=0)


def layer() -> tuple[tuple[Matrix, Matrix, Matrix], list[EightBits]]:
    """The matrices behind attention, as the kernels take them, and as torch multiplies them."""
    made = [matrix(WIDTH, HEADS * HEAD), matrix(2 * INNER, WIDTH), matrix(WIDTH, INNER)]
    return (made[0][0], made[1][0], made[2][0]), [plain for _, plain in made]


@pytest.mark.parametrize("rows", [1, 11, 12, 13, 100])
def test_a_layer_goes_on_as_in_torch_to_a_digit_of_its_rounding(compiled: Kernels, rows: int) -> None:
    matrices, (of_mixed, of_inner, of_outer) = layer()
    states, mixed, ones = torch.randn(rows, WIDTH), torch.randn(rows, HEADS * HEAD), torch.ones(WIDTH)
    wanted = states + in_groups(mixed, of_mixed)
    gate, up = of_inner(normalised(wanted, ones, EPSILON)).chunk(2, dim=1)
    wanted = wanted + in_groups(functional.silu(gate) * up, of_outer)
    found = compiled.go_on(states, mixed, matrices, EPSILON)
    torch.testing.assert_close(states, wanted, rtol=2e-3, atol=2e-3 * float(wanted.abs().max()))
    after = normalised(states, ones, EPSILON)
    assert bool(((found.whole * found.scale[:, None] - after).abs().amax(1) <= 0.501 * found.scale).all())


def test_a_gate_that_is_wide_open_or_quite_shut_stays_a_number(compiled: Kernels) -> None:
    matrices, _ = layer()
    matrices[1].scale.mul_(1e4)
    states = torch.randn(20, WIDTH)
    compiled.go_on(states, torch.randn(20, HEADS * HEAD), matrices, EPSILON)
    assert bool(states.isfinite().all())


@pytest.mark.parametrize(("asked", "alternatives"), [(1, 6), (2, 0), (0, 1), (1, 1)])
def test_probabilities_are_those_of_all_scores(compiled: Kernels, asked: int, alternatives: int) -> None:
    head, plain = matrix(1120, WIDTH)
    states = torch.randn(130, WIDTH)
    wanted = torch.randint(1120, (130, asked))
    tokens, found = compiled.judge(compiled.round_rows(states), head, wanted, alternatives)
    logprobs = torch.log_softmax(plain(states), dim=1)
    assert torch.equal(tokens[:, :asked], wanted)
    torch.testing.assert_close(found, logprobs.gather(1, tokens), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found[:, asked:], logprobs.topk(alternatives, dim=1).values, rtol=1e-4, atol=1e-4)
    assert all(len(set(row)) == alternatives for row in tokens[:, asked:].tolist())


def test_of_equally_likely_tokens_the_first_come_first(compiled: Kernels) -> None:
    head = Matrix(in_panels(torch.zeros(320, WIDTH, dtype=torch.int8)), torch.ones(320))
    tokens, found = compiled.judge(compiled.round_rows(torch.randn(1, WIDTH)), head, torch.tensor([[7]]), 3)
    assert tokens.tolist() == [[7, 0, 1, 2]]
    torch.testing.assert_close(found.exp(), torch.full((1, 4), 1 / 320))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=5), st.integers(1, 3), st.data())
def test_a_row_is_the_same_to_the_bit_whatever_its_company_and_threads(
    lengths: list[int], threads: int, data: st.DataObject
) -> None:
    assert LOADED is not None
    alone = data.draw(st.integers(0, len(lengths) - 1))
    torch.manual_seed(5)
    with torch.inference_mode():
        states = torch.randn(sum(lengths), WIDTH)
        (asked, _), (head, _), (matrices, _) = matrix((HEADS + 2 * GROUPS) * HEAD, WIDTH), matrix(320, WIDTH), layer()
    first = sum(lengths[:alone])
    some = slice(first, first + lengths[alone])

    def read(states: Tensor, lengths: list[int]) -> list[Tensor]:
        places, asking = sequences(lengths, 64)
        angles = Rotary.of({"head_dim": HEAD, "rope_theta": 100.0}).turns(torch.arange(64))
        keys, values = torch.zeros(len(lengths), GROUPS, HEAD, 64), torch.zeros(len(lengths), GROUPS, 64, HEAD)
        query = LOADED.ask(LOADED.normalise(states, EPSILON), asked, places, angles, keys, values)
        mixed = LOADED.attend(query, asking, (keys, values))
        found = LOADED.go_on(states, mixed.flatten(1), matrices, EPSILON)
        nothing = torch.empty(len(states), 0, dtype=torch.int64)
        return [states, found.whole, found.scale, *LOADED.judge(LOADED.round_rows(states), head, nothing, 4)]

    before = torch.get_num_threads()
    with torch.inference_mode():
        wanted = read(states[some].clone(), [lengths[alone]])
        torch.set_num_threads(threads)
        together = read(states.clone(), lengths)
    torch.set_num_threads(before)
    for one, other in zip(wanted, together, strict=True):
        assert torch.equal(one, other[some])


def test_what_would_be_read_or_written_beside_a_tensor_is_refused(compiled: Kernels) -> None:
    asked, _ = matrix((HEADS + 2 * GROUPS) * HEAD, WIDTH)
    rows = compiled.round_rows(torch.randn(4, WIDTH))
    keys, values = torch.zeros(1, GROUPS, HEAD, 16), torch.zeros(1, GROUPS, 16, HEAD)
    places, asking = sequences([4], 16)
    angles = torch.ones(16, HEAD), torch.zeros(16, HEAD)
    with pytest.raises(AssertionError):
        Places(torch.tensor([16]), 16, torch.tensor([0]), 16)
    with pytest.raises(AssertionError):
        Places(torch.tensor([0]), 16, torch.tensor([-1]), 16)
    with pytest.raises(AssertionError):
        Asking(4, 4, torch.tensor([1]), torch.tensor([4]), 1, 16, torch.tensor([0]), torch.tensor([0]))
    with pytest.raises(AssertionError):
        compiled.ask(rows, asked, places, angles, keys, values[..., :-1])
    with pytest.raises(AssertionError):
        compiled.ask(Rounded(rows.whole[:3], rows.scale), asked, places, angles, keys, values)
    with pytest.raises(AssertionError):
        compiled.attend(torch.randn(4, HEADS, HEAD), asking, (keys[..., :15], values[:, :, :15]))
    with pytest.raises(AssertionError):
        compiled.attend(torch.randn(4, HEADS, HEAD, dtype=torch.float64), asking, (keys, values))
    with pytest.raises(AssertionError):
        compiled.judge(rows, matrix(320, WIDTH)[0], torch.full((4, 1), 320), 0)


@pytest.mark.parametrize(
    ("change", "fitting"),
    [({}, True), ({"hidden_size": 208}, False), ({"vocab_size": 300}, False), ({"head_dim": 512}, False)],
)
def test_only_widths_that_they_take_are_given_to_them(change: dict[str, int], fitting: bool) -> None:
    config = {"hidden_size": 192, "intermediate_size": 96, "vocab_size": 320, "num_attention_heads": 6}
    assert kernels.fit(config | change) is fitting


def test_a_processor_without_sums_of_bytes_does_not_load_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda: False)
    assert kernels.load() is None


def sources(folder: Path) -> Path:
    """A copy of the sources, without what was built of them."""
    return Path(shutil.copytree(kernels.FOLDER, folder / "kernels", ignore=shutil.ignore_patterns("*.so", "*.py")))


def test_what_was_built_of_other_sources_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "FOLDER", sources(tmp_path))
    first = building.build(kernels.FOLDER)
    assert kernels.load() is not None
    (kernels.FOLDER / "layer.h").write_text((kernels.FOLDER / "layer.h").read_text() + "\n")
    assert kernels.load() is None
    assert building.build(kernels.FOLDER) != first
    assert kernels.load() is not None
    assert not first.exists()


def test_a_library_that_is_none_leaves_the_work_to_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "FOLDER", sources(tmp_path))
    (kernels.FOLDER / building.library_name(kernels.FOLDER)).write_bytes(b"no library")
    assert kernels.load() is None


def test_a_compiler_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "false")
    folder = sources(tmp_path)
    before = sorted(folder.iterdir())
    with pytest.raises(subprocess.CalledProcessError):
        building.build(folder)
    assert sorted(folder.iterdir()) == before
