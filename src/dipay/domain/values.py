"""Values: dataclasses that nobody changes once they are made.

The type checker refuses an assignment; Python itself does not, unlike with a frozen `dataclass`: its guard makes a
record take four times as long to make, and a class twice. So this is for records there are hundreds of thousands of,
and for classes that every command makes anew, and only in code that is type-checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, slots, kw_only=False):
        """A dataclass with a hash, and without the guard against assignment that `frozen` promises."""
        return dataclass(slots=slots, unsafe_hash=frozen, kw_only=kw_only)


__all__ = ["value"]
