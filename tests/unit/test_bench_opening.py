"""What bench/README.md says about opening is what was measured."""

from __future__ import annotations

import json

from bench.opening import RESULTS
from bench.opening_report import LINES, TITLES, VISITS, table
from bench.paths import BENCH_README


def test_the_table_is_made_from_the_results() -> None:
    results = json.loads(RESULTS.read_bytes())
    assert table(results) in BENCH_README.read_text(encoding="utf-8")
    assert "chromium" in results["conditions"]
    for found in results["conditions"].values():
        assert found["runs"] >= 5
        for name in TITLES:
            assert all(set(found["medians"][name][visit]) == set(LINES) for visit in VISITS)


def test_ours_is_ahead_where_it_says_so() -> None:
    medians = json.loads(RESULTS.read_bytes())["conditions"]["chromium"]["medians"]
    assert medians["ours"]["first"]["answered"] < medians["stock"]["first"]["answered"]
    assert 5 * medians["ours"]["later"]["answered"] <= medians["peer"]["later"]["answered"]
