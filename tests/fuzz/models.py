"""python -m tests.fuzz.models SECONDS: any bytes are a whole network, or InvalidModel."""

import contextlib
import pickle
import sys

import atheris
import numpy as np

del sys.modules["pickle"]  # imported once more below, to be instrumented: it runs the file
with atheris.instrument_imports(include=["pickle", "digitrec"]):
    from digitrec.errors import InvalidModel
    from digitrec.models import weights
    from tests.fuzz import target
    from tests.hostile import models

MAX_BYTES = 20_000
EVENTS = ("exec", "import", "compile", "os.system", "os.exec", "os.spawn", "subprocess.", "socket.")

_happened: list[str] = []
sys.addaudithook(lambda event, _: _happened.append(event) if event.startswith(EVENTS) else None)


def attempt(data: bytes) -> None:
    """Raise if weights.parse does anything else than it promises, or anything happens meanwhile."""
    _happened.clear()
    with contextlib.suppress(InvalidModel):
        network, _ = weights.parse(data, "model.pkl")
        arrays = [*network.weights, *network.biases]
        if not all(np.isfinite(array).all() and not array.flags.writeable for array in arrays):
            raise AssertionError(network.layers)
    if _happened:
        raise AssertionError(_happened)


if __name__ == "__main__":
    good = [pickle.dumps(models.smallest(), protocol) for protocol in range(6)]
    attempt(good[4])  # what is imported late is imported now
    named = [models.alone(models.name(*gadget)) for gadget in models.GADGETS]
    target.run("models", [*good, *named, *models.BOMBS.values()], MAX_BYTES, attempt)
