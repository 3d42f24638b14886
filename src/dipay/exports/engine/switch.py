"""Whether the engine works on many cells at once. Tests turn it off: the answers must stay the same."""

from __future__ import annotations

#: Without it no block is read by the column, no text looked up in a table of hashes, and no amount read by its shape:
#: rows come from the strict reader, and every cell is read by itself.
many_at_once = True
