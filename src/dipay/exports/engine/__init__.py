"""The engine: columns of a long file read many cells at a time (numpy). It is there for speed alone.

Other rooms use the three names below and nothing else of it, and import it only where rows are read.
"""

from dipay.exports.engine.columns import read_plain
from dipay.exports.engine.day_sums import DaySums
from dipay.exports.engine.distinct import Texts

__all__ = ["DaySums", "Texts", "read_plain"]
