"""How many examples the property tests take: a fixed few, or as many as `make fuzz` is told."""

import os

from hypothesis import HealthCheck, settings

_common = settings(
    deadline=None,  # a busy machine is no fault of the code
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("fixed", _common, derandomize=True, database=None, max_examples=100)
settings.register_profile(
    "long", _common, max_examples=int(os.environ.get("FUZZ_EXAMPLES", "10000"))
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
