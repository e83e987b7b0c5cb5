"""Trains both models, two small networks, from MNIST and from pictures drawn by program.

Nothing in production imports this package; only this package uses PyTorch.
"""

import os

# The worker processes are the parallelism; threads inside numpy would fight with them for cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
