"""Add many lists of numbers at once: each list is packed into one long integer, with some bits for each number.

Python adds two long integers nearly as fast as two short ones. So it adds fifty lists in a few microseconds. The bits
of a number are called a lane.
"""

import struct
from dataclasses import dataclass
from functools import cache

_FORMATS = {16: "H", 32: "I"}  # of `struct`, by the bits of a lane


@dataclass(frozen=True, slots=True)
class Lanes:
    """The layout in which a list of numbers is packed into one integer, with `bits` bits for each number.

    All numbers and sums must be at least 0 and fit into the bits.
    """

    bits: int
    size: int  # bytes of a packed list
    layout: str  # of `struct`

    def unit(self, at: int) -> int:
        """Return the packed list that has 1 at the index `at`, and 0 elsewhere."""
        return 1 << (self.bits * at)

    def to_bytes(self, *numbers: int) -> bytes:
        """Return the little-endian bytes of the integer into which `numbers` are packed."""
        return struct.pack(self.layout, *numbers)

    def unpack(self, packed: int) -> tuple[int, ...]:
        """Return the numbers in `packed`."""
        return struct.unpack(self.layout, packed.to_bytes(self.size, "little"))


@cache
def lanes_for(length: int, bits: int) -> Lanes:
    """Return the layout for lists of `length` numbers. `bits` is 16 or 32."""
    return Lanes(bits, length * bits // 8, f"<{length}{_FORMATS[bits]}")
