"""Values: dataclasses that never change once made, for the records there are hundreds of thousands of.

To the type checker `value` is `dataclass`, so that `frozen` holds; at run time the guard against assignment is left
out, for with it making a record takes four times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, slots):
        """A dataclass with a hash."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
