"""Figures that anybody can measure again, beside those of what people use instead."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Made by `make bench`, ignored by git. The dots keep the type checker out.
ENVIRONMENTS = HERE / ".environments"
MODELS = HERE / ".models"
