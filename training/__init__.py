"""Makes both models: MNIST and what a program draws go in, two small networks come out.

Nothing in production imports this package; PyTorch lives here only.
"""

import os

# The worker processes are the parallelism; threads inside numpy would fight with them for cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
