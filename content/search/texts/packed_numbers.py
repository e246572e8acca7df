"""Add many lists of numbers at once: each list is packed into one long integer, every number into a lane of its own.

Python adds two long integers nearly as fast as two short ones. So it adds fifty lists in a few microseconds.
"""

import struct
from dataclasses import dataclass
from functools import cache

_FORMATS = {16: "H", 32: "I"}  # of `struct`, by the bits of a lane


@dataclass(frozen=True, slots=True)
class Lanes:
    """The layout of packed lists with `bits` bits for each number. No number or sum can be negative, or too large."""

    bits: int
    size: int  # bytes of a packed list
    layout: str  # of `struct`

    def unit(self, at: int) -> int:
        """Return the packed list which has 1 at the index `at`, and 0 elsewhere."""
        return 1 << (self.bits * at)

    def to_bytes(self, *numbers: int) -> bytes:
        """Return the bytes of a packed list of `numbers`."""
        return struct.pack(self.layout, *numbers)

    def unpack(self, packed: int) -> tuple[int, ...]:
        """Return the numbers in `packed`."""
        return struct.unpack(self.layout, packed.to_bytes(self.size, "little"))


@cache
def lanes_for(length: int, bits: int) -> Lanes:
    """Return the layout for lists of `length` numbers of `bits` bits: 16 or 32."""
    return Lanes(bits, length * bits // 8, f"<{length}{_FORMATS[bits]}")
