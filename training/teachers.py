"""Convolutional teachers: too large to serve, good enough to learn from."""

import copy
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from training.bank import Part, mix_all

WIDTH = 32  # channels of the first block; doubled at every halving of the picture
EPOCHS, PEAK_RATE = 14, 4e-3  # AdamW, one cycle
GENERAL_EPOCHS, GENERAL_RATE = 6, 1.5e-3  # for a teacher that goes on from MNIST to everything
BATCH = 256
DECAY = 1e-2
DROPOUT = 0.3
AVERAGED = 0.3  # last part of the run, which enters the averaged weights (Izmailov et al. 2018)


class Teacher(nn.Sequential):
    """Six 3x3 convolutions in three blocks and one linear layer.

    Takes (n, 1, 28, 28) float32 frames in 0..1, returns (n, 10) logits.
    """

    def __init__(self) -> None:
        layers: list[nn.Module] = []
        before = 1
        for channels in (WIDTH, 2 * WIDTH, 4 * WIDTH):
            for _ in range(2):
                layers += [nn.Conv2d(before, channels, 3, padding=1, bias=False)]
                layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
                before = channels
            layers.append(nn.MaxPool2d(2))
        super().__init__(*layers, nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(before * 9, 10))


class Descent:
    """Steps of AdamW over one cycle of the learning rate, and their progress."""

    def __init__(self, model: nn.Module, peak_rate: float, steps: int, name: str) -> None:
        self.optimizer = torch.optim.AdamW(model.parameters(), weight_decay=DECAY, fused=True)
        one_cycle = torch.optim.lr_scheduler.OneCycleLR
        self.schedule = one_cycle(self.optimizer, peak_rate, total_steps=steps)
        self.progress = tqdm(total=steps, desc=name, mininterval=5)

    def step(self, loss: torch.Tensor) -> None:
        """Move the weights down the gradient of a batch's loss."""
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.progress.update()


def train_teacher(
    parts: Sequence[Part], seed: int, device: torch.device, start: Teacher | None = None
) -> Teacher:
    """Train one teacher from its own seed, on a new draw from the mixture's parts each epoch.

    `start` is a trained teacher to go on with, which is left as it is.
    """
    torch.manual_seed(seed)
    if start is None:
        teacher, epochs, peak_rate = Teacher(), EPOCHS, PEAK_RATE
    else:
        teacher, epochs, peak_rate = copy.deepcopy(start), GENERAL_EPOCHS, GENERAL_RATE
    lots = np.random.default_rng(seed)
    random = torch.Generator(device).manual_seed(seed)
    teacher = teacher.to(device, memory_format=torch.channels_last).train()
    averaged = torch.optim.swa_utils.AveragedModel(teacher, use_buffers=True)
    each = sum(min(part.size, len(part.pool.labels)) for part in parts) // BATCH
    steps = epochs * each
    descent = Descent(teacher, peak_rate, steps, f"teacher {seed}")
    for _ in range(epochs):
        frames, targets = mix_all(parts, lots, random)
        order = torch.randperm(len(frames), generator=random, device=device)
        for batch in order[: each * BATCH].split(BATCH):
            copies = frames[batch].float() / 255
            with torch.autocast(device.type, torch.bfloat16):
                logits = teacher(copies.to(memory_format=torch.channels_last))
            descent.step(nn.functional.cross_entropy(logits.float(), targets[batch]))
            done = descent.progress.n
            if done > steps * (1 - AVERAGED) and done % 20 == 0:
                averaged.update_parameters(teacher)
    descent.progress.close()
    best: Teacher = averaged.module
    return best.eval()
