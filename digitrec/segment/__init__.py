"""Picture to the ink of each digit on it, with its box, whatever else is on the picture.

`quick.single` answers for one digit on a clean background without a network, `look.look` for
anything else.
"""
