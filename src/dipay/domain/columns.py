"""Columns: a fact of many accounts or patients at once, as whole numbers or as yes and no (numpy)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
