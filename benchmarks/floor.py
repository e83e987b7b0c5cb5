"""The floor of a warm request: what no program that answers it can leave out."""

import base64
import io

import numpy as np
from PIL import Image

from digitrec.classify.network import Network

FRAME = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 784)  # the products' time is any's


def floor(text: str, network: Network) -> None:
    """Do the least: base64 to bytes, Pillow's full decode of them, the three matrix products.

    Parameters
    ----------
    text
        A PNG, JPEG or WebP file as bare base64.
    network
        Whose weights are multiplied with; neither biases nor ReLU nor softmax are counted.
    """
    decode(base64.b64decode(text))
    products(network)


def decode(image: bytes) -> None:
    """Decode a picture with Pillow, at its full size, into the mode that it has."""
    with Image.open(io.BytesIO(image)) as picture:
        picture.load()


def products(network: Network) -> None:
    """Multiply one frame with the weights of each layer in turn."""
    x = FRAME
    for w in network.weights:
        x = x @ w
