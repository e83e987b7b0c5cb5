"""The network as PyTorch modules."""

from typing import Any

from torch import nn


def network(state: dict[str, Any]) -> nn.Module:
    """Return the network, ready to answer.

    Parameters
    ----------
    state
        The tensors "0.weight", (outputs, inputs), "0.bias", "2.weight" and so on, by their place
        among the layers; every second one is a ReLU.
    """
    layers: list[nn.Module] = []
    for name in [name for name in state if name.endswith("weight")]:
        outputs, inputs = state[name].shape
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1], nn.Softmax(dim=1))
    model.load_state_dict(state)
    return model.eval()
