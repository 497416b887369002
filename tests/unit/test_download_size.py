"""What a first visit downloads: the table in the docs is of this build, and within the limit."""

from __future__ import annotations

from bench.download import BLOCK, DOCS, first_visit

LIMIT_BROTLI = 6300.0
"""KB of a first visit at Brotli 11, pydantic included."""
LIMIT_UNCOMPRESSED = 8100.0
"""KB from a host that compresses nothing; docs/performance.md says what bounds it."""
NEAR = 0.05
"""By how much a file may differ from the table before that has to be made again."""
SMALL = 4000
"""Bytes that nobody notices, in files that change with every commit."""


def rows() -> dict[str, list[float]]:
    block = BLOCK.search(DOCS.read_text(encoding="utf-8"))
    assert block, "docs/performance.md has no table of the download"
    found = {}
    for line in block[1].splitlines()[2:]:
        name, *sizes = (cell.strip() for cell in line.strip("|").split("|"))
        found[name] = [float(size.replace(",", "")) for size in sizes]
    return found


def test_every_file_is_in_the_table_with_its_size() -> None:
    told = rows()
    built = first_visit()
    assert told.keys() - {"together"} == built.keys(), "run python -m bench.download"
    for name, (content, twin) in built.items():
        for said, size in zip(told[name], (content.size, twin.size), strict=False):
            off = abs(said * 1000 - size)
            assert off <= max(NEAR * size, SMALL), f"{name}: run python -m bench.download"


def test_the_sum_is_the_sum_and_within_the_limit() -> None:
    told = rows()
    together = told.pop("together")
    for column, total in enumerate(together):
        assert abs(sum(sizes[column] for sizes in told.values()) - total) < 2
    assert together[3] <= LIMIT_BROTLI
    assert together[1] <= LIMIT_UNCOMPRESSED
