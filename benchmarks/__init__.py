"""digitrec's speed and size, beside three other ways to serve the same network."""

from deploy import BUILD

ENVIRONMENTS = BUILD / "benchmarks"  # the peers' Python environments
ONNX_MODEL = ENVIRONMENTS / "model.onnx"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # as digitrec sets it for itself
Figures = dict[str, dict[str, float]]
"""What was measured: by figure, as "memory, MB", then by who was measured."""
