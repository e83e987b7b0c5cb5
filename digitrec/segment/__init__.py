"""Find the ink and box of each digit on a picture, among anything else on it.

`find_digit` finds one digit on a clean background without a network; `find_digits` finds all digits
on any picture.
"""

from digitrec.segment.look import find_digits
from digitrec.segment.quick import find_digit
from digitrec.segment.region import Region

__all__ = ["Region", "find_digit", "find_digits"]
