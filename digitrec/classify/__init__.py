"""Ink maps to probabilities: each digit placed as MNIST places its own, then classified."""
