"""The results as they are kept: raw numbers of every run, and what they were measured on."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bench.stats import geometric_mean, median, percentile

OPERATIONS = (
    "create",
    "replace",
    "update",
    "select",
    "swap",
    "remove",
    "create10k",
    "append",
    "clear",
)
"""The nine of js-framework-benchmark, as page/harness.js calls them."""
BASELINE = "vanilla"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Machine(_Model):
    """What it ran on; nothing that tells one machine of a kind from another."""

    processor: str
    cores: int
    memory_gb: int
    system: str


class Times(_Model):
    """One run of all targets, interleaved in one browser."""

    made: str
    slowdown: float
    """How many times slower the processor was made."""
    warmups: int
    machine: Machine
    versions: dict[str, str]
    total: dict[str, dict[str, list[float]]]
    """By target and operation: milliseconds from the click to layout done, in order."""
    script: dict[str, dict[str, list[float]]]
    """The part of it before layout began."""

    @property
    def targets(self) -> list[str]:
        """The targets, the baseline first."""
        return sorted(self.total, key=lambda name: name != BASELINE)

    def median(self, target: str, operation: str) -> float:
        """Milliseconds, the median of the runs."""
        return median(self.total[target][operation])

    def p90(self, target: str, operation: str) -> float:
        """Milliseconds that nine runs of ten stayed below."""
        return percentile(self.total[target][operation], 0.9)

    def ratio(self, target: str, operation: str) -> float:
        """How many times as long as by hand."""
        return self.median(target, operation) / self.median(BASELINE, operation)

    def mean(self, target: str) -> float:
        """The geometric mean of the ratios of the nine operations."""
        return geometric_mean([self.ratio(target, operation) for operation in OPERATIONS])


class Steps(_Model):
    """One event of ours, taken apart; without the clock's own cost, in milliseconds."""

    bytes: int
    """What the frame weighs as UTF-8."""
    handler: float
    """The event's way in, the handler, and what is in no other step."""
    view: float
    diff: float
    encode: float
    apply: float
    """The client: parsing the frame and changing the DOM."""
    layout: float
    garbage: float
    """Python's garbage collector, which is in the other steps, too."""


class Heap(_Model):
    """What a page holds after garbage was collected, in bytes."""

    js: int
    nodes: int
    wasm: int | None = None
    """The interpreter's memory; it never shrinks."""
    objects: int | None = None
    """Python's objects, as its garbage collector counts them."""


class Memory(_Model):
    """Heaps of one target."""

    empty: Heap
    rows: Heap
    """With 1,000 rows."""
    cycles: dict[int, Heap]
    """After so many cycles of creating 1,000 rows and clearing them."""


class Measures(_Model):
    """What is measured beside the times, without a stopwatch in the way of them."""

    made: str
    first_frame: dict[str, int]
    """By app: bytes of the first frame of the empty table."""
    steps: dict[str, dict[str, Steps]]
    """By app and operation."""
    memory: dict[str, Memory]
    proxies: dict[str, int]
    """``live``: on the page, over those of Pyodide alone; ``made``: by 100 events."""
    growth: dict[str, dict[int, float]]
    """By target and number of rows: milliseconds to create them, the median."""
    one_of_10k: dict[str, float]
    """By target: milliseconds to select one row of 10,000, the median."""


class Results(_Model):
    """The file ``bench/results/table.json``."""

    times: dict[str, Times] = {}
    """By slowdown: ``"1"``, ``"4"``."""
    measures: Measures | None = None

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read the file at *path*; no results where there is none."""
        if not path.is_file():
            return cls()
        return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        """Write the file at *path*."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
