"""Four weeks of one practice, end to end: what is sent is held against what people said, paid and failed to get."""

import sys
from pathlib import Path

# The practice and its weeks lie beside the samples.
sys.path.insert(0, str(Path(__file__).parents[2] / "samples"))
