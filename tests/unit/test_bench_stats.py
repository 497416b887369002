"""The arithmetic behind the benchmark's tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats import geometric_mean, percentile, spread

values = st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=1, max_size=30)


def test_a_percentile_lies_between_its_neighbours_in_proportion() -> None:
    assert percentile([4, 1, 3, 2, 5], 0.5) == 3
    assert percentile([10, 20], 0.25) == 12.5
    assert percentile(range(11), 0.9) == 9


@given(values)
def test_percentiles_reach_from_the_least_to_the_greatest(numbers: list[float]) -> None:
    assert percentile(numbers, 0) == min(numbers)
    assert percentile(numbers, 1) == max(numbers)
    assert min(numbers) <= percentile(numbers, 0.9) <= max(numbers)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_beyond_the_whole_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile([1.0], share)


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_twice_as_fast_and_twice_as_slow_are_even() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert geometric_mean([1.0, 8.0, 27.0]) == pytest.approx(6.0)


@given(values, st.floats(min_value=0.1, max_value=10))
def test_a_geometric_mean_scales_with_its_values(numbers: list[float], factor: float) -> None:
    scaled = geometric_mean([number * factor for number in numbers])
    assert math.isclose(scaled, geometric_mean(numbers) * factor, rel_tol=1e-9)


@pytest.mark.parametrize("numbers", [[], [1.0, 0.0], [-1.0]])
def test_a_geometric_mean_needs_values_above_zero(numbers: list[float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        geometric_mean(numbers)


def test_the_spread_is_the_middle_half_over_the_median() -> None:
    assert spread([10, 10, 10]) == 0
    assert spread([8, 9, 10, 11, 12]) == pytest.approx(0.2)
