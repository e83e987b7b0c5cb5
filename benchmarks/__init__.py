"""Figures that anybody can measure again, beside those of what people use instead."""

import os
from pathlib import Path

# As digitrec has it for itself: for what is measured beside it, and may import numpy first.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
os.environ.update(ONE_THREAD)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Made by `make bench`, ignored by git. The dots keep the type checker out.
ENVIRONMENTS = HERE / ".environments"
MODELS = HERE / ".models"
