"""Ink maps to probabilities: each digit is placed as in MNIST, then classified."""
