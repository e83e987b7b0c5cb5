"""Convolutional teachers: too large to serve, good enough to learn from."""

from collections.abc import Sequence

import torch
from torch import nn
from tqdm import tqdm

from training.distort import distort

WIDTH = 32  # channels of the first block; doubled at every halving of the picture
EPOCHS = 14
BATCH = 256
PEAK_RATE = 4e-3  # AdamW, one cycle
DECAY = 1e-2
DROPOUT = 0.3
STRENGTH = 1.15  # of the distortion: a teacher must know the copies that its student will meet
AVERAGED = 0.3  # of the run, its last part, enters the averaged weights (Izmailov et al. 2018)


class Teacher(nn.Sequential):
    """Six 3x3 convolutions in three blocks and one linear layer.

    Takes (n, 1, 28, 28) float32 frames in 0..1, answers (n, 10) logits.
    """

    def __init__(self, width: int = WIDTH) -> None:
        layers: list[nn.Module] = []
        before = 1
        for channels in (width, 2 * width, 4 * width):
            for _ in range(2):
                layers += [
                    nn.Conv2d(before, channels, 3, padding=1, bias=False),
                    nn.BatchNorm2d(channels),
                    nn.ReLU(inplace=True),
                ]
                before = channels
            layers.append(nn.MaxPool2d(2))
        super().__init__(*layers, nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(before * 9, 10))


def train_teacher(
    frames: torch.Tensor,
    labels: torch.Tensor,
    seed: int,
    *,
    epochs: int = EPOCHS,
    width: int = WIDTH,
) -> Teacher:
    """Train one teacher from its own seed.

    Parameters
    ----------
    frames
        (n, 1, 28, 28) uint8, on the device to train on.
    labels
        (n,) int64, on the same device.
    """
    torch.manual_seed(seed)
    device = frames.device
    random = torch.Generator(device).manual_seed(seed)
    teacher = Teacher(width).to(device, memory_format=torch.channels_last)
    averaged = torch.optim.swa_utils.AveragedModel(teacher, use_buffers=True)
    optimizer = torch.optim.AdamW(teacher.parameters(), weight_decay=DECAY, fused=True)
    steps = epochs * (len(frames) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)
    progress = tqdm(total=steps, desc=f"teacher {seed}", mininterval=5)
    for _ in range(epochs):
        order = torch.randperm(len(frames), generator=random, device=device)
        for batch in order[: len(order) // BATCH * BATCH].split(BATCH):
            copies = distort(frames[batch].float() / 255, random, STRENGTH)
            with torch.autocast(device.type, torch.bfloat16):
                logits = teacher(copies.to(memory_format=torch.channels_last))
            loss = nn.functional.cross_entropy(logits.float(), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            progress.update()
            if progress.n > steps * (1 - AVERAGED) and progress.n % 20 == 0:
                averaged.update_parameters(teacher)
    progress.close()
    best: Teacher = averaged.module
    return best.eval()


@torch.inference_mode()
def teach(teachers: Sequence[nn.Module], frames: torch.Tensor) -> torch.Tensor:
    """Return the teachers' mean log-probabilities, (n, 10) float32, not normalised again.

    `frames` is (n, 1, 28, 28) float32 in 0..1; the mean of the logarithms is the geometric mean
    that Hinton et al. 2015 distil from an ensemble.
    """
    answers = []
    for batch in frames.split(1024):
        with torch.autocast(frames.device.type, torch.bfloat16):
            logits = [t(batch.to(memory_format=torch.channels_last)).float() for t in teachers]
        answers.append(torch.stack([x.log_softmax(1) for x in logits]).mean(0))
    return torch.cat(answers)
