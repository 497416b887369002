"""What the READMEs say about speed is what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.__main__ import QUICK, SLOWED, TARGETS, arguments, chosen
from bench.paths import BENCH, BENCH_README, README, RESULTS
from bench.report import BLOCKS, TITLES, WORDS, blocks_in, milliseconds, table, write_readme
from bench.results import OPERATIONS, Machine, Results, Times
from bench.rounds import rotated
from bench.setup import BenchError


def made_up(slowdown: float = 1) -> Results:
    by_hand = {operation: [1.0, 2.0, 9.0] for operation in OPERATIONS}
    ours = {operation: [4.0, 3.0, 5.0] for operation in OPERATIONS}
    times = Times(
        made="2026-01-02T03:04:05+00:00",
        slowdown=slowdown,
        warmups=2,
        machine=Machine(processor="An 8086", cores=1, memory_gb=1, system="DOS"),
        versions={"chromium": "Chromium 1", "pyodide": "314"},
        total={"vanilla": by_hand, "table": ours},
        script={"vanilla": by_hand, "table": ours},
    )
    return Results(times={f"{slowdown:g}": times})


@pytest.mark.parametrize("readme", [README, BENCH_README], ids=lambda path: path.parent.name)
def test_the_tables_in_the_readme_are_those_of_the_results(readme: Path) -> None:
    results = Results.read(RESULTS)
    shown = blocks_in(readme.read_text(encoding="utf-8"))
    assert shown == {name: BLOCKS[name](results) for name in shown}


def test_the_table_is_shown_somewhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (README, BENCH_README)]
    assert {name for text in texts for name in blocks_in(text)} == set(BLOCKS)


def test_published_times_are_whole() -> None:
    results = Results.read(RESULTS)
    assert "1" in results.times
    assert results.measures is not None
    for times in results.times.values():
        expected = TARGETS if times.slowdown == 1 else SLOWED
        assert set(times.total) == set(expected)
        for by_operation in times.total.values():
            assert set(by_operation) == set(OPERATIONS)
            assert all(len(values) >= 10 for values in by_operation.values())
            assert all(value > 0 for values in by_operation.values() for value in values)


def test_a_cell_has_the_median_and_the_ratio_to_hand_written_js() -> None:
    made = table(made_up())
    assert "| create 1,000 rows | 2.00 | 4.00 · 2.00× |" in made
    assert "| geometric mean | **1.00×** | **2.00×** |" in made
    assert "medians of 3 runs" in made


def test_a_slowed_run_says_so() -> None:
    assert table(made_up(4)).startswith("With the processor slowed 4 times:")


def test_tables_are_put_between_their_markers_and_nowhere_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench:table -->old<!-- /bench:table -->\nafter\n")
    assert write_readme(readme, made_up())
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- bench:table -->")
    assert text.endswith("<!-- /bench:table -->\nafter\n")
    assert blocks_in(text) == {"table": table(made_up())}


def test_a_file_without_markers_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing here")
    assert not write_readme(readme, made_up())
    assert readme.read_text() == "nothing here"


def test_results_survive_being_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "table.json"
    made_up().write(path)
    assert Results.read(path) == made_up()


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (9.996, "10.00"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_milliseconds_have_as_many_digits_as_mean_something(value: float, text: str) -> None:
    assert milliseconds(value) == text


def test_every_target_has_a_column_and_every_operation_a_name() -> None:
    assert set(TITLES) == set(TARGETS)
    assert set(WORDS) == set(OPERATIONS)


def test_the_page_knows_every_operation() -> None:
    harness = (BENCH / "page" / "harness.js").read_text(encoding="utf-8")
    listed = re.search(r"const OPERATIONS = \{(.*?)\};", harness, re.DOTALL)
    assert listed is not None
    assert set(OPERATIONS) <= set(re.findall(r"^\s*(\w+):", listed[1], re.MULTILINE))


def test_hand_written_js_runs_whatever_is_asked_for() -> None:
    assert chosen(arguments(["--targets", "table"])) == ("vanilla", "table")
    assert chosen(arguments([])) == TARGETS
    assert chosen(arguments(["--slow", "4"])) == SLOWED
    assert chosen(arguments(["--quick"])) == QUICK
    with pytest.raises(BenchError, match="no target angular"):
        chosen(arguments(["--targets", "angular"]))


def test_everybody_begins_in_turn() -> None:
    order = [rotated(["a", "b", "c"], number) for number in range(3)]
    assert order == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]
