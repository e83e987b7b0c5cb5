"""The student: the small network that is served, taught by the bank."""

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import kl_div
from tqdm import tqdm

from digitrec.network import Network
from training.bank import Copy

HIDDEN = (1536, 768)  # 2.4 million parameters, 9.6 MB as float32
PASSES = 320  # over a copy of the bank each
MILDER = 0.3  # of the passes, the last: over the milder copies, nearer to what people send
AGAIN, AGAIN_RATE = 32, 3e-4  # passes over all copies after that, and their peak rate
AGAIN_SHARE = 0.5  # of what they make in the mean with what was before (Wortsman et al. 2022)
BATCH = 512
PEAK_RATE = 2e-3  # AdamW, one cycle
MANTISSA = 10  # bits kept of a weight's 23: half the file when zipped, and no answer changes
DECAY = 1e-2
TEMPERATURE = 2.0  # of the distillation (Hinton et al. 2015)
AVERAGED = 0.25  # of the run, its last part, enters the averaged weights


class Student(nn.Sequential):
    """784, two hidden ReLU layers, 10 logits: what digitrec.network computes, for training."""

    def __init__(self, hidden: tuple[int, int] = HIDDEN) -> None:
        first, second = hidden
        super().__init__(
            nn.Linear(784, first),
            nn.ReLU(),
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, 10),
        )


def train_student(
    bank: Sequence[Copy],
    milder: Sequence[Copy],
    seed: int,
    device: torch.device,
    *,
    passes: int = PASSES,
    peak_rate: float = PEAK_RATE,
    student: Student | None = None,
    watch: Callable[[int, Student], None] | None = None,
) -> Student:
    """Teach a student with the copies of the bank in turn, at last with the milder alone.

    Loss: Kullback-Leibler divergence from the target to the answer, both softened by the
    temperature, times its square.

    `student` is one to go on with; without it, a new one is taught.
    `watch` is called with the number of passes done and the student, for a log or a check.
    """
    torch.manual_seed(seed)
    random = torch.Generator(device).manual_seed(seed)
    student = (student or Student()).to(device)
    averaged = torch.optim.swa_utils.AveragedModel(student)
    optimizer = torch.optim.AdamW(student.parameters(), weight_decay=DECAY, fused=True)
    each = len(bank[0].frames) // BATCH
    steps = passes * each
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, peak_rate, total_steps=steps)
    progress = tqdm(total=steps, desc="student", mininterval=5)
    for number in range(passes):
        copies = milder if number >= passes * (1 - MILDER) else bank
        part = copies[number % len(copies)]
        frames = torch.from_numpy(part.frames).to(device)
        targets = (torch.from_numpy(part.targets).to(device).float() / TEMPERATURE).log_softmax(1)
        order = torch.randperm(len(frames), generator=random, device=device)
        for batch in order[: each * BATCH].split(BATCH):
            with torch.autocast(device.type, torch.bfloat16):
                logits = student(frames[batch].float() / 255)
            answer = (logits.float() / TEMPERATURE).log_softmax(1)
            loss = kl_div(answer, targets[batch], log_target=True, reduction="batchmean")
            optimizer.zero_grad()
            (loss * TEMPERATURE**2).backward()
            optimizer.step()
            schedule.step()
            progress.update()
            if progress.n > steps * (1 - AVERAGED) and progress.n % 20 == 0:
                averaged.update_parameters(student)
        if watch is not None:
            watch(number + 1, student)
    progress.close()
    taught: Student = averaged.module
    return taught


def to_network(student: Student, temperature: float = 1.0) -> Network:
    """Return the student as the network that production reads.

    A calibration temperature goes into the last layer: dividing its weights divides the logits.
    Weights are rounded to `MANTISSA` bits.
    """
    layers = [layer for layer in student if isinstance(layer, nn.Linear)]
    weights = [layer.weight.detach().cpu().numpy().T for layer in layers]
    biases = [layer.bias.detach().cpu().numpy() for layer in layers]
    weights[-1], biases[-1] = weights[-1] / temperature, biases[-1] / temperature
    return Network([_rounded(w) for w in weights], [_rounded(b) for b in biases])


def mean_of(one: Student, other: Student, share: float) -> Student:
    """Return a student whose weights are `share` of the other's and the rest of the one's."""
    mean = copy.deepcopy(one)
    with torch.no_grad():
        for weight, second in zip(mean.parameters(), other.parameters(), strict=True):
            weight.lerp_(second, share)
    return mean


def _rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights, contiguous, with the lower bits of their mantissas cleared."""
    dropped = 23 - MANTISSA  # of a float32's bits
    bits = np.array(weights, np.float32, order="C").view(np.uint32)
    half = np.uint32(1 << (dropped - 1))
    return ((bits + half) >> dropped << dropped).view(np.float32)
