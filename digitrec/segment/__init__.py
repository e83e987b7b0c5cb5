"""Find the ink and box of each digit on a picture, whatever else is on it.

`single` finds one digit on a clean background without a network; `look` handles anything else.
"""

from digitrec.segment.look import look
from digitrec.segment.quick import single
from digitrec.segment.region import Region

__all__ = ["Region", "look", "single"]
