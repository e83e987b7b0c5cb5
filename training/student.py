"""The student: the small network that is served, taught by the bank."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax
from torch import nn
from torch.nn.functional import kl_div
from torch.nn.utils.fusion import fuse_linear_bn_eval

from digitrec.classify.align import FRAME
from digitrec.classify.network import Network
from training.bank import Copy
from training.distort import affine
from training.teachers import Descent

HIDDEN = (1536, 768)  # 2.4 million parameters, 9.6 MB as float32
PASSES = 320  # each over one copy of the bank
BATCH = 512
PEAK_RATE = 5e-3  # AdamW, one cycle
MANTISSA = 10  # bits kept of a weight's 23: half the file when zipped, and no answer changes
TEMPERATURE = 2.0  # of the distillation (Hinton et al. 2015)
JITTER = 1  # px, largest shift of a frame in either direction
WOBBLE = 0.06  # standard deviation of its change in size, slant and turn


class Student(nn.Sequential):
    """784, hidden ReLU layers, 10 logits: what classify/network.py computes, for training.

    Batch normalisation (Ioffe and Szegedy 2015) makes it learn faster; `to_network` folds it into
    the weights.
    """

    def __init__(self) -> None:
        layers = (
            layer
            for inputs, units in pairwise((784, *HIDDEN))
            for layer in (nn.Linear(inputs, units), nn.BatchNorm1d(units), nn.ReLU())
        )
        super().__init__(*layers, nn.Linear(HIDDEN[-1], 10))


def train_student(bank: Sequence[Copy], seed: int, device: torch.device) -> Student:
    """Teach a student with the copies of the bank in turn.

    Loss: Kullback-Leibler divergence from the target to the answer, both softened by the
    temperature, times the temperature squared.
    """
    torch.manual_seed(seed)
    random = torch.Generator(device).manual_seed(seed)
    student = Student().to(device)
    each = len(bank[0].frames) // BATCH
    descent = Descent(student, PEAK_RATE, PASSES * each, "student")
    for number in range(PASSES):
        part = bank[number % len(bank)]
        frames = torch.from_numpy(part.frames).to(device)
        targets = (torch.from_numpy(part.targets).to(device).float() / TEMPERATURE).log_softmax(1)
        order = torch.randperm(len(frames), generator=random, device=device)
        for batch in order[: each * BATCH].split(BATCH):
            moved = _moved(frames[batch], random)
            with torch.autocast(device.type, torch.bfloat16):
                logits = student(moved)
            answer = (logits.float() / TEMPERATURE).log_softmax(1)
            loss = kl_div(answer, targets[batch], log_target=True, reduction="batchmean")
            descent.step(loss * TEMPERATURE**2)
    descent.progress.close()
    return student.eval()


def _moved(frames: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Return (n, 784) frames in 0..1 moved by up to `JITTER` pixels each way, and wobbled.

    The student goes over the bank many times, and would learn unmoved frames by heart.
    """
    device = frames.device
    count = len(frames)
    places = torch.randint(-JITTER, JITTER + 1, (count, 2, 1), generator=random, device=device)
    wobble = WOBBLE * torch.randn((count, 2, 2), generator=random, device=device)
    pictures = frames.reshape(-1, 1, FRAME, FRAME).float() / 255
    moved = affine(pictures, torch.eye(2, device=device) + wobble, places * (2 / FRAME))
    return moved.reshape(-1, FRAME * FRAME)


def temperature(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the divisor of the logits that maximises the labels' likelihood (Guo et al. 2017).

    With it, a confidence of 90 % should be right nine times in ten. `logits` is (n, 10), `labels`
    (n,). Found by golden section over 1/4 to 4, to a thousandth.
    """

    def loss(log_temperature: float) -> float:
        told = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-told[np.arange(len(labels)), labels].mean())

    low, high = np.log(0.25), np.log(4.0)
    golden = (np.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return float(np.exp((low + high) / 2))


def to_network(student: Student, temperature: float = 1.0) -> Network:
    """Return the student as the network that production reads.

    Batch normalisation is folded into the layers before it. A calibration temperature goes into
    the last layer: dividing its weights divides the logits. Weights are rounded to `MANTISSA` bits.
    """
    linear = [layer for layer in student.eval() if isinstance(layer, nn.Linear)]
    norms = [layer for layer in student if isinstance(layer, nn.BatchNorm1d)]
    layers = [fuse_linear_bn_eval(*pair) for pair in zip(linear, norms, strict=False)] + linear[-1:]
    weights = [layer.weight.detach().cpu().numpy().T for layer in layers]
    biases = [layer.bias.detach().cpu().numpy() for layer in layers]
    weights[-1], biases[-1] = weights[-1] / temperature, biases[-1] / temperature
    return Network([rounded(w) for w in weights], [rounded(b) for b in biases])


def rounded(weights: NDArray[np.float32], mantissa: int = MANTISSA) -> NDArray[np.float32]:
    """Return the weights, contiguous, with `mantissa` bits of each mantissa; the others are 0."""
    dropped = 23 - mantissa  # of a float32's bits
    bits = np.array(weights, np.float32, order="C").view(np.uint32)
    half = np.uint32(1 << (dropped - 1))
    return ((bits + half) >> dropped << dropped).view(np.float32)
