"""Values: dataclasses that never change once made, for the records there are hundreds of thousands of, and for classes
that every command makes anew.

To the type checker `value` is `dataclass`, so that `frozen` holds; at run time the guard against assignment is left
out, for with it making a record takes four times as long, and making its class twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen, slots, kw_only=False):
        """A dataclass with a hash."""
        return dataclass(slots=slots, unsafe_hash=frozen, kw_only=kw_only)


__all__ = ["value"]
