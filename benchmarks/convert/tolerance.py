"""How far a converted network's answers may be from digitrec's."""

TOLERANCE = 1e-5  # of a probability: float32 sums, taken in another order
