"""What is made of the raw numbers: median, 90th percentile, ratios and their geometric mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

__all__ = ["geometric_mean", "median", "percentile", "spread"]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* (0 to 1) of *values* lie, interpolated linearly.

    Raises ``ValueError`` without values, or for a share outside of 0 to 1.
    """
    if not values:
        raise ValueError("no values")
    if not 0 <= share <= 1:
        raise ValueError(f"a share is between 0 and 1, not {share}")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean; raises ``ValueError`` unless all *values* are above zero."""
    if not values or min(values) <= 0:
        raise ValueError(f"a geometric mean needs values above zero, not {list(values)}")
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def spread(values: Sequence[float]) -> float:
    """Return how far the middle half reaches, as a share of the median: how noisy a run was."""
    middle = median(values)
    return (percentile(values, 0.75) - percentile(values, 0.25)) / middle if middle else 0.0
