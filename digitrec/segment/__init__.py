"""Picture to the ink of each digit on it, with its box, whatever else is on the picture.

`single` answers for one digit on a clean background without a network, `look` for anything else.
"""

from digitrec.segment.look import look
from digitrec.segment.quick import single
from digitrec.segment.region import Region

__all__ = ["Region", "look", "single"]
