"""The segmentation network: a small U-Net (Ronneberger et al. 2015) and how it is trained."""

import copy
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, interpolate
from torch.nn.utils.fusion import fuse_conv_bn_eval
from tqdm import tqdm

from digitrec.segment.network import DOWN, LAYERS, UP, WAY, Network
from training.scenes import Bank
from training.student import rounded

PIXELS = 24 * 128 * 128  # of the scenes in a batch
DECAY = 1e-2
STROKE = 2.0  # weight of a stroke's pixel relative to any other
ENTROPY, CENTRE, SIZE = 2.0, 0.3, 0.1  # weights of losses, of the Dice loss's
AVERAGED = 0.999  # decay of the exponential moving average of the weights
MANTISSA = 8  # bits kept of a kernel's weight
SAVED = 1000  # steps between two checkpoints


def block(inputs: int, outputs: int, side: int, stride: int) -> nn.Sequential:
    """Return a convolution, batch normalisation and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Segmenter(nn.Module):
    """What digitrec.segment.network computes, for training.

    Takes (n, 1, height, width) float32, both multiples of 16; answers (n, 4, height/2, width/2).
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(block(*layer) for layer in LAYERS[:-1])
        inputs, outputs, *_ = LAYERS[-1]
        self.layers.append(nn.Sequential(nn.Conv2d(inputs, outputs, 1)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the outputs at half the resolution."""
        layers = iter(self.layers)
        kept = []
        for count in DOWN:
            for layer in islice(layers, count):
                x = layer(x)
            kept.append(x)
        for skipped in kept[-2::-1]:
            x = torch.cat([interpolate(x, scale_factor=2.0), skipped], 1)
            for layer in islice(layers, UP):
                x = layer(x)
        return next(layers)(x)


def to_network(segmenter: Segmenter) -> Network:
    """Return the segmenter as the network that production reads.

    Batch normalisation is folded into kernels and biases.
    """
    layers = copy.deepcopy(segmenter).cpu().float().eval().layers
    folded = [
        fuse_conv_bn_eval(layer[0], layer[1]) if len(layer) > 1 else layer[0] for layer in layers
    ]
    kernels = [c.weight.detach().numpy().reshape(c.weight.shape[0], -1) for c in folded]
    return Network(kernels, [c.bias.detach().numpy() for c in folded])


def packed(network: Network) -> Network:
    """Return the network with its kernels rounded: a zip packs them into half the bytes."""
    return Network([rounded(kernel, MANTISSA) for kernel in network.weights], network.biases)


class Round(NamedTuple):
    """A round of training.

    Attributes
    ----------
    shares
        The chance of each bank that a batch is taken from it.
    steps
        The number of batches.
    peak
        The highest learning rate: AdamW, one cycle.
    seed
        The seed of weights and batches.
    """

    shares: tuple[float, ...]
    steps: int
    peak: float
    seed: int


def loss(output: torch.Tensor, owners: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
    """Return the loss of a batch.

    Parameters
    ----------
    output
        (n, 4, height, width) of the network.
    owners
        (n, height, width), the number of the digit that each pixel belongs to, 0 for none.
    boxes
        (n, digits, 4), top, bottom, left, right, px of the input.
    """
    stroke = (owners > 0).float()
    logit = output[:, 0]
    weight = torch.tensor(STROKE)
    entropy = binary_cross_entropy_with_logits(logit, stroke, pos_weight=weight)
    probability = logit.sigmoid()
    both, one = (probability * stroke).sum((1, 2)), (probability + stroke).sum((1, 2))
    dice = (1 - (2 * both + 1) / (one + 1)).mean()
    batch, y, x = torch.nonzero(owners, as_tuple=True)
    top, bottom, left, right = boxes[batch, owners[batch, y, x].long() - 1].unbind(1)
    told = output[batch, 1:, y, x]
    # A large digit has more pixels than a small one, but also only one centre.
    side = torch.maximum(bottom - top, right - left).clamp_min(4)
    each = 16 / side.clamp_min(16)
    way = torch.stack([(top + bottom) / 2 - 2 * y - 1, (left + right) / 2 - 2 * x - 1], 1) / WAY
    total = each.sum().clamp_min(1)
    centre = ((told[:, :2] - way).abs().sum(1) * each).sum() / total
    size = ((told[:, 2] - side.log2()).abs() * each).sum() / total
    return ENTROPY * entropy + dice + CENTRE * centre + SIZE * size


def standardized(planes: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Return planes (n, height, width) uint8 as the network's input, half of them inverted."""
    x = planes.float()[:, None]
    x = x - x.mean((2, 3), keepdim=True)
    x = x / x.std((2, 3), keepdim=True).clamp_min(1.0)
    sign = torch.randint(0, 2, (len(x), 1, 1, 1), generator=random) * 2 - 1
    return x * sign


def train(
    banks: Sequence[Bank], plan: Round, checkpoint: Path, start: Segmenter | None = None
) -> Segmenter:
    """Train a segmenter on scenes of several sizes, resuming from `checkpoint`.

    A second round has the first round's segmenter as its `start`.
    """
    torch.manual_seed(plan.seed)
    random = torch.Generator().manual_seed(plan.seed)
    segmenter = Segmenter() if start is None else copy.deepcopy(start).train()
    segmenter = segmenter.to(memory_format=torch.channels_last)
    averaged = copy.deepcopy(segmenter)
    optimizer = torch.optim.AdamW(segmenter.parameters(), weight_decay=DECAY)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR
    schedule = one_cycle(optimizer, plan.peak, total_steps=plan.steps, pct_start=0.1)
    kept = {"segmenter": segmenter, "averaged": averaged}
    kept |= {"optimizer": optimizer, "schedule": schedule}
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        for name, thing in kept.items():
            thing.load_state_dict(state[name])
        random.set_state(state["random"])
        done = state["done"]
    progress = tqdm(total=plan.steps, initial=done, desc="segmenter", mininterval=20)
    chances = torch.tensor(plan.shares)
    for step in range(done + 1, plan.steps + 1):
        bank = banks[int(torch.multinomial(chances, 1, generator=random))]
        count = PIXELS // (bank.planes.shape[1] * bank.planes.shape[2])
        chosen = torch.randint(len(bank.planes), (count,), generator=random).numpy()
        planes, owners, boxes = (torch.from_numpy(part[chosen]) for part in bank)
        x = standardized(planes, random).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            output = segmenter(x)
        error = loss(output.float(), owners, boxes.float())
        optimizer.zero_grad()
        error.backward()
        nn.utils.clip_grad_norm_(segmenter.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            rate = min(AVERAGED, step / (step + 10))
            newest = segmenter.state_dict()
            for name, mean in averaged.state_dict().items():
                if mean.dtype.is_floating_point:
                    mean.lerp_(newest[name], 1 - rate)
        progress.update()
        if step % SAVED == 0 or step == plan.steps:
            progress.set_postfix(loss=float(error.detach()))
            partial = checkpoint.with_suffix(".part")
            state = {name: thing.state_dict() for name, thing in kept.items()}
            torch.save({**state, "random": random.get_state(), "done": step}, partial)
            partial.replace(checkpoint)
    progress.close()
    return averaged.eval()
