"""training/: each part of the way from MNIST to a model file, on data that the tests draw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec import Recognizer
from digitrec.classify.normalize import normalize
from digitrec.recognizer import Reading
from tests.strokes import drawn, encode, picture, slant

torch = pytest.importorskip("torch", reason="no PyTorch; to get it: make install-training")

from torch.nn import Module  # noqa: E402

from training import (  # noqa: E402
    bank,
    handwriting,
    layouts,
    mnist,
    nonsense,
    patchwork,
    pools,
    redraw,
    scenes,
    segmenter,
    stages,
    student,
    styles,
    teachers,
)
from training.answers import expected_calibration_error  # noqa: E402
from training.bank import Part  # noqa: E402
from training.distort import distort  # noqa: E402
from training.mnist import Digits  # noqa: E402
from training.pen import draw  # noqa: E402
from training.pools import NOTHING, Pool  # noqa: E402

pytestmark = pytest.mark.needs_torch
torch.set_num_threads(1)  # the other processors run other tests


def frame(digit: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    [frame] = normalize([drawn(picture(digit))])
    return frame


FRAMES = np.stack([frame(digit) for digit in range(10)])
BYTES = np.rint(FRAMES * 255).astype(np.uint8)
LABELS = np.arange(10, dtype=np.uint8)


def generator(seed: int = 0) -> Any:
    return torch.Generator().manual_seed(seed)


def test_a_distorted_copy_is_another_picture_of_about_the_same_ink() -> None:
    frames = torch.from_numpy(FRAMES[:, None])
    copies = distort(frames, generator())
    assert copies.shape == frames.shape
    assert copies.min() >= 0
    assert copies.max() <= 1
    assert (copies - frames).abs().amax((1, 2, 3)).min() > 0.2
    ink = copies.sum((1, 2, 3)) / frames.sum((1, 2, 3))
    assert ink.min() > 0.4
    assert ink.max() < 2.5


def test_a_distortion_of_no_strength_changes_nothing() -> None:
    frames = torch.from_numpy(FRAMES[:, None])
    torch.testing.assert_close(distort(frames, generator(), 0), frames, atol=1e-4, rtol=0)


def test_the_same_seed_distorts_alike_and_another_otherwise() -> None:
    frames = torch.from_numpy(FRAMES[:, None])
    torch.testing.assert_close(distort(frames, generator(1)), distort(frames, generator(1)))
    assert not torch.equal(distort(frames, generator(1)), distort(frames, generator(2)))


def test_every_style_of_a_digit_can_be_drawn_and_framed(subtests: pytest.Subtests) -> None:
    for digit, style in [(d, i) for d, every in styles.STYLES.items() for i in range(len(every))]:
        with subtests.test(digit=digit, style=style):
            random = np.random.default_rng(digit)
            strokes = styles.jitter(styles.STYLES[digit][style][1](random), random)
            drawing = draw(strokes, random)
            assert drawing.mode == "L"
            assert normalize([255 - np.asarray(drawing)]).sum() > 10


def test_written_digits_are_mostly_read_as_what_they_are(recognizer: Recognizer) -> None:
    random = np.random.default_rng(0)
    digits = [n % 10 for n in range(200)]
    drawings = [encode(draw(styles.write(digit, random), random)) for digit in digits]
    right = [
        isinstance(read, Reading) and read.prominent.digit == digit
        for read, digit in zip(recognizer.read_many(drawings), digits, strict=True)
    ]
    assert np.mean(right) > 0.9


def test_nonsense_for_measuring_is_never_trained_on() -> None:
    trained = nonsense.LETTERS.keys() | nonsense.SHAPES.keys()
    held_out = nonsense.HELD_OUT_LETTERS.keys() | nonsense.HELD_OUT_SHAPES.keys()
    assert not trained & held_out
    assert len(nonsense.kinds(held_out=False)) > len(trained)
    assert len(nonsense.kinds(held_out=True)) > len(held_out)


def test_several_digits_stand_side_by_side() -> None:
    random = np.random.default_rng(0)
    row = nonsense.several([styles.write(1, random), styles.write(7, random)], random)
    one, seven = row[0].points, row[-1].points
    assert one[:, 0].max() < seven[:, 0].max()


def test_a_digit_drawn_again_is_still_that_digit(
    recognizer: Recognizer, subtests: pytest.Subtests
) -> None:
    for name in redraw.VARIANTS:
        with subtests.test(name=name):
            random = np.random.default_rng(3)
            read = [recognizer.recognize(redraw.VARIANTS[name](f, random)).digit for f in FRAMES]
            assert read == list(range(10))


@pytest.mark.parametrize(
    "make",
    [
        lambda: pools.styled(20, 1),
        lambda: pools.not_digits(20, 1),
        lambda: pools.figures(20, 1),
        lambda: pools.redrawn(Digits(BYTES, LABELS), 2, 1),
        lambda: pools.plain(Digits(np.repeat(BYTES, 2, axis=0), np.repeat(LABELS, 2))),
    ],
    ids=["styled", "nonsense", "figures", "redrawn", "plain"],
)
def test_a_pool_has_labelled_frames_and_is_the_same_for_the_same_seed(
    make: Callable[[], Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CHUNK", 10)
    pool = make()
    assert pool.frames.shape == (20, 28, 28)
    assert pool.labels.shape == (20,)
    np.testing.assert_array_equal(pool.frames, make().frames)


def test_nonsense_is_labelled_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "CHUNK", 10)
    assert set(pools.not_digits(10, 1).labels) == {NOTHING}
    assert set(pools.figures(10, 1).labels) == {NOTHING}


def test_a_drawing_without_ink_leaves_its_pool() -> None:
    assert pools._frame(Image.new("L", (40, 40), 255)) is None  # noqa: SLF001


DIGITS = Pool(BYTES, LABELS)
NOTHINGS = Pool(BYTES, np.full(10, NOTHING, np.uint8))


def test_a_part_of_the_mixture_is_drawn_by_lot_with_its_labels() -> None:
    mixed = bank.mix(Part(DIGITS, 6, 0.0, 0.9), np.random.default_rng(0), generator())
    assert mixed.frames.shape == (6, 1, 28, 28)
    digits = mixed.targets.argmax(1).numpy()
    assert len(set(digits)) == 6
    assert np.abs(mixed.frames[:, 0].numpy().astype(int) - BYTES[digits]).max() <= 1
    torch.testing.assert_close(mixed.targets.amax(1), torch.full((6,), 0.9))


def test_what_is_no_digit_has_a_flat_target() -> None:
    mixed = bank.mix(Part(NOTHINGS, 10, 0.5, 1.0), np.random.default_rng(0), generator())
    torch.testing.assert_close(mixed.targets, torch.full((10, 10), 0.1))


def small_parts() -> list[Part]:
    return bank.parts(mnist=DIGITS, redrawn=DIGITS, styled=DIGITS, nonsense=NOTHINGS)


class Sure(Module):
    """A teacher that takes everything for one digit."""

    def __init__(self, digit: int) -> None:
        super().__init__()
        self.digit = digit

    def forward(self, frames: Any) -> Any:
        logits = torch.full((len(frames), 10), -9.0)
        logits[:, self.digit] = 9.0
        return logits


def make_copy(number: int) -> bank.Copy:
    parts = [*small_parts(), *bank.unlabelled(patchwork=NOTHINGS, figures=NOTHINGS)]
    return bank.make_copy(number, parts, [Sure(1), Sure(2)], Sure(3), torch.device("cpu"))


def test_a_copy_of_the_bank_has_a_target_for_each_frame() -> None:
    copy = make_copy(3)
    assert copy.frames.shape == (60, 784)
    probabilities = np.exp(copy.targets.astype(float))
    assert probabilities[:10, 1] == pytest.approx(1, abs=0.01)  # the specialist's word alone
    redrawn = probabilities[10:20]
    assert (redrawn[:, 3] > 0.49).all()  # half of the generalist's word, and half of the label's
    assert redrawn.sum(axis=1) == pytest.approx(1, abs=0.01)
    styled = probabilities[20:30]  # the label's word alone
    assert styled.max(axis=1) == pytest.approx(bank.SURE, abs=0.01)
    assert sorted(styled.argmax(axis=1)) == list(range(10))
    assert probabilities[30:40] == pytest.approx(0.1, abs=0.01)
    assert probabilities[40:, 3] == pytest.approx(1, abs=0.01)  # the generalist's word alone


def test_the_specialists_take_turns_after_each_round_of_strengths() -> None:
    said = [int(make_copy(number).targets[0].argmax()) for number in range(9)]
    assert said == [1, 1, 1, 1, 2, 2, 2, 2, 1]


def test_a_copy_s_frames_are_aligned_after_they_are_distorted() -> None:
    mixed = bank.mix_all(small_parts(), np.random.default_rng(0), generator())
    assert max(abs(slant(frame)) for frame in mixed.frames[:, 0].numpy()) > 0.15
    assert max(abs(slant(f)) for f in make_copy(0).frames.reshape(-1, 28, 28)) < 0.05


def test_a_patchwork_is_made_of_parts_of_two_frames_in_four_ways() -> None:
    one, other = (torch.from_numpy(FRAMES[order, None]) for order in (range(8), range(9, 1, -1)))
    made = patchwork._put_together(one, other, generator())  # noqa: SLF001
    cut, half, laid, turned = (made[i : i + 2] for i in range(0, 8, 2))
    assert bool(((cut == one[0::4]) | (cut == other[0::4])).all())
    assert bool((cut != one[0::4]).any())
    assert bool((cut != other[0::4]).any())
    assert bool(((half == one[1::4]) | (half == 0)).all())
    assert 0 < half.sum() < one[1::4].sum()
    assert bool((laid >= one[2::4]).all())
    assert laid.sum() > one[2::4].sum()
    assert turned.sum(dim=(1, 2, 3)).numpy() == pytest.approx(one[3::4].sum((1, 2, 3)), rel=0.7)
    assert bool((turned != one[3::4]).any())


def test_a_patchwork_is_placed_in_its_frame_and_the_same_for_the_same_seed() -> None:
    pool = patchwork.make([DIGITS, NOTHINGS], 50, 1)
    assert pool.frames.shape == (50, 28, 28)
    assert set(pool.labels) == {NOTHING}
    for frame in pool.frames > 100:
        rows, columns = np.flatnonzero(frame.any(axis=1)), np.flatnonzero(frame.any(axis=0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=3)
        assert rows[0] + rows[-1] == pytest.approx(27, abs=3)
        assert columns[0] + columns[-1] == pytest.approx(27, abs=3)
    np.testing.assert_array_equal(pool.frames, patchwork.make([DIGITS, NOTHINGS], 50, 1).frames)


def test_a_teacher_learns_ten_digits_and_goes_on_to_nonsense(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = {"BATCH": 60, "WIDTH": 4, "EPOCHS": 8, "GENERAL_EPOCHS": 4, "GENERAL_RATE": 4e-3}
    for name, value in sizes.items():
        monkeypatch.setattr(teachers, name, value)
    many = Pool(np.repeat(BYTES, 60, axis=0), np.repeat(LABELS, 60))
    none = Pool(255 - many.frames, np.full(600, NOTHING, np.uint8))
    digits, nothing = Part(many, 600, 1.0, 1.0), Part(none, 600, 0.5, 1.0)
    cpu = torch.device("cpu")
    frames = torch.from_numpy(BYTES[:, None].copy())
    first = teachers.train_teacher([digits], 1, cpu)
    assert (bank.teach(first, frames).argmax(1).numpy() == LABELS).sum() >= 9
    before = bank.teach(first, 255 - frames).exp().amax(1)
    second = teachers.train_teacher([digits, nothing], 2, cpu, first)
    assert (bank.teach(second, frames).argmax(1).numpy() == LABELS).sum() >= 9
    assert bank.teach(second, 255 - frames).exp().amax(1).mean() < min(0.4, before.mean())


def test_a_student_learns_the_targets_and_is_exported_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"BATCH": 60, "PASSES": 20, "HIDDEN": (32, 16)}.items():
        monkeypatch.setattr(student, name, value)
    targets = np.log(np.full((600, 10), 0.003))
    targets[np.arange(600), np.repeat(LABELS, 60)] = np.log(0.97)
    copy = bank.Copy(np.repeat(BYTES.reshape(10, 784), 60, axis=0), targets.astype(np.float16))
    pupil = student.train_student([copy], 1, torch.device("cpu"))
    network = student.to_network(pupil)
    with torch.inference_mode():
        expected = pupil(torch.from_numpy(FRAMES.reshape(10, 784))).softmax(1).numpy()
    np.testing.assert_allclose(network.probabilities(FRAMES), expected, atol=5e-3)
    assert network.probabilities(FRAMES).argmax(1).tolist() == list(range(10))


def test_a_temperature_changes_how_sure_a_network_is_and_no_answer() -> None:
    torch.manual_seed(0)
    pupil = student.Student().eval()
    plain, cooled = student.to_network(pupil), student.to_network(pupil, 4.0)
    one, other = plain.probabilities(FRAMES), cooled.probabilities(FRAMES)
    assert (one.argmax(1) == other.argmax(1)).all()
    assert (one.max(1) > other.max(1)).all()


def test_exported_weights_are_rounded_so_that_they_zip() -> None:
    torch.manual_seed(0)
    network = student.to_network(student.Student())
    for weight in [*network.weights, *network.biases]:
        assert not (weight.view(np.uint32) & 0x1FFF).any()


def test_a_student_sees_each_frame_moved_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student, "WOBBLE", 0)
    frames = torch.from_numpy(BYTES.reshape(10, 784))
    moved = student._moved(frames, generator(3)).reshape(-1, 28, 28)  # noqa: SLF001
    ways = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    inner = np.s_[1:-1, 1:-1]  # what is moved over an edge is lost, and is not in the others
    found = [
        [w for w in ways if torch.allclose(one.roll(w, (0, 1))[inner], other[inner], atol=1e-4)]
        for one, other in zip(frames.reshape(-1, 28, 28).float() / 255, moved, strict=True)
    ]
    assert all(len(way) == 1 for way in found)
    assert len({way[0] for way in found}) > 1


def test_a_student_sees_frames_of_another_size_slant_and_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(student, "JITTER", 0)
    square = torch.zeros(1, 28, 28, dtype=torch.uint8)
    square[:, 7:21, 7:21] = 255
    moved = student._moved(square.reshape(1, 784).repeat(2000, 1), generator(3))  # noqa: SLF001
    areas = moved.sum(1) / 14**2  # change with the product of two sizes
    assert areas.mean() == pytest.approx(1, abs=0.02)
    assert areas.std() == pytest.approx(2**0.5 * student.WOBBLE, rel=0.15)
    slants = np.array([slant(frame) for frame in moved.reshape(-1, 28, 28).numpy()])
    assert slants.std() == pytest.approx(2**0.5 * student.WOBBLE, rel=0.15)  # of slant and turn
    monkeypatch.setattr(student, "WOBBLE", 0)
    still = student._moved(square.reshape(1, 784), generator(3))  # noqa: SLF001
    assert torch.allclose(still, square.reshape(1, 784) / 255, atol=1e-4)


def test_calibration_finds_the_temperature_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, (20_000, 10)).astype(np.float32)
    odds = np.exp(logits / 2)
    odds /= odds.sum(axis=1, keepdims=True)
    labels = (odds.cumsum(axis=1) > random.random((20_000, 1))).argmax(axis=1).astype(np.uint8)
    assert student.temperature(logits, labels) == pytest.approx(2, rel=0.05)


def test_the_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    confidences = np.repeat([0.9, 0.6], 100)
    right = np.concatenate([np.arange(100) < 80, np.arange(100) < 60])
    assert expected_calibration_error(confidences, right) == pytest.approx(0.05)
    assert expected_calibration_error(np.ones(10), np.ones(10, bool)) == 0


def test_all_stages_make_a_model_file_and_resume_where_they_were_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = Digits(np.repeat(BYTES, 6, axis=0), np.repeat(LABELS, 6))
    monkeypatch.setattr(stages, "split", lambda: (digits, Digits(BYTES, LABELS)))
    monkeypatch.setattr(pools, "CHUNK", 10)
    for name, value in {"STYLED": 20, "NONSENSE": 20, "PATCHWORK": 20, "FIGURES": 20}.items():
        monkeypatch.setattr(stages, name, value)
    monkeypatch.setattr(bank, "COPIES", 2)
    for name, value in {"BATCH": 20, "EPOCHS": 1, "GENERAL_EPOCHS": 1, "WIDTH": 4}.items():
        monkeypatch.setattr(teachers, name, value)
    for name, value in {"BATCH": 20, "PASSES": 2}.items():
        monkeypatch.setattr(student, name, value)
    output = tmp_path / "model.pkl"
    stages.run(tmp_path / "stages", output)
    first = Recognizer.load(output)
    assert first.layers == (784, *student.HIDDEN, 10)
    made = sorted(p.name for p in (tmp_path / "stages").rglob("*") if p.is_file())
    assert made == [
        *("0.npz", "1.npz", "figures.npz", "generalist.pt", "nonsense.npz", "patchwork.npz"),
        *("plain.npz", "redrawn.npz", "student.pt", "styled.npz"),
        *("teacher1.pt", "teacher2.pt"),
    ]
    never = pytest.fail
    monkeypatch.setattr(teachers, "train_teacher", lambda *_, **__: never("trained again"))
    monkeypatch.setattr(student, "train_student", lambda *_: never("trained again"))
    stages.run(tmp_path / "stages", output)
    assert Recognizer.load(output).sha256 == first.sha256


THREE_TIMES = Digits(np.repeat(BYTES, 3, axis=0), np.repeat(LABELS, 3))
WRITERS = handwriting.Writers(THREE_TIMES, np.arange(30) % 3)


@pytest.mark.parametrize("size", scenes.WEIGHTS)
def test_a_scene_tells_whose_stroke_each_pixel_is(size: tuple[int, int]) -> None:
    random = np.random.default_rng(5)
    for layout in layouts.ALL * 4:
        drawn = scenes.scene(size, layout, WRITERS, random)
        assert drawn.picture.shape[:2] == drawn.owner.shape == size
        assert drawn.owner.max() <= len(drawn.boxes)
        for number in set(drawn.owner[drawn.owner > 0].tolist()):
            rows, columns = np.nonzero(drawn.owner == number)
            top, bottom, left, right = drawn.boxes[number - 1]
            assert top - 9 <= rows.min() <= rows.max() < bottom + 9
            assert left - 9 <= columns.min() <= columns.max() < right + 9


def test_a_bank_is_the_same_for_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "CHUNK", 4)
    one, again = (scenes.bank((64, 256), 8, WRITERS, 1) for _ in range(2))
    assert one.planes.shape == (8, 64, 256)
    assert one.owners.shape == (8, 32, 128)
    for part, same in zip(one, again, strict=True):
        np.testing.assert_array_equal(part, same)


def test_a_segmenter_computes_the_same_in_numpy() -> None:
    torch.manual_seed(0)
    model = segmenter.Segmenter().eval()
    grey = np.random.default_rng(0).uniform(0, 255, (48, 64)).astype(np.float32)
    votes = segmenter.to_network(model).votes(grey)
    with torch.inference_mode():
        x = torch.from_numpy((grey - grey.mean()) / grey.std())[None, None]
        logit, down, across, size = model(x)[0].numpy()
    np.testing.assert_allclose(votes.probability, 1 / (1 + np.exp(-logit)), atol=1e-5)
    np.testing.assert_allclose(votes.down, down * 8, atol=1e-4)
    np.testing.assert_allclose(votes.across, across * 8, atol=1e-4)
    np.testing.assert_allclose(votes.size, np.exp2(size), rtol=1e-4)


def test_a_segmenter_is_trained_in_a_stage_and_goes_on_at_its_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "split", lambda: (THREE_TIMES, THREE_TIMES))
    monkeypatch.setattr(mnist, "writers", lambda _: np.arange(30) % 3)
    monkeypatch.setattr(stages, "SCENES", [(size, 8, seed) for size, _, seed in stages.SCENES])
    monkeypatch.setattr(stages, "SINGLES", ((128, 128), 8, 4))
    monkeypatch.setattr(stages, "FIRST", stages.FIRST._replace(steps=4))
    monkeypatch.setattr(stages, "SECOND", stages.SECOND._replace(steps=2))
    monkeypatch.setattr(segmenter, "SAVED", 2)
    monkeypatch.setattr(segmenter, "PIXELS", 2 * 192 * 192)
    output = tmp_path / "weights.pkl"
    stages.run_segmenter(tmp_path / "stages", output)
    first = output.read_bytes()
    monkeypatch.setattr(scenes, "bank", lambda *_: pytest.fail("drawn again"))
    monkeypatch.setattr(segmenter, "loss", lambda *_: pytest.fail("trained again"))
    stages.run_segmenter(tmp_path / "stages", output)
    assert output.read_bytes() == first


@pytest.mark.needs_qmnist
def test_writers_are_told_for_each_digit() -> None:
    assert len(mnist.writers("train")) >= 60_000
    assert len(set(mnist.writers("t10k")[:10_000].tolist())) > 100


def test_missing_writers_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    with pytest.raises(OSError, match="qmnist-train-labels"):
        mnist.writers("train")
