"""The timed part: every target in one browser, in rounds, each round in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from bench.browser import Lab
from bench.machine import this_machine
from bench.results import OPERATIONS, Times

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """What is asked of a run."""

    targets: tuple[str, ...]
    runs: int
    warmups: int
    slowdown: float = 1
    operations: tuple[str, ...] = field(default=OPERATIONS)


def measure(lab: Lab, plan: Plan, versions: dict[str, str]) -> Times:
    """Run the rounds of *plan* and return their times."""
    tabs = [lab.open(name) for name in plan.targets]
    total: dict[str, dict[str, list[float]]] = _empty(plan)
    script: dict[str, dict[str, list[float]]] = _empty(plan)
    for number in range(plan.warmups + plan.runs):
        counted = number >= plan.warmups
        say(f"{'round' if counted else 'warm-up'} {number + 1} of {plan.warmups + plan.runs}")
        # Whoever comes first finds the machine as the last one left it: everybody is, in turn.
        for tab in rotated(tabs, number):
            tab.front()
            tab.act("run", "update", "clear")  # the tab has slept while the others ran
            times = tab.round(plan.operations, plan.slowdown)
            for operation in plan.operations if counted else ():
                total[tab.name][operation].append(round(times[operation]["total"], 3))
                script[tab.name][operation].append(round(times[operation]["script"], 3))
    for tab in tabs:
        tab.close()
    return Times(
        made=now(),
        slowdown=plan.slowdown,
        warmups=plan.warmups,
        machine=this_machine(),
        versions=versions,
        total=total,
        script=script,
    )


def rotated(tabs: Sequence[T], number: int) -> list[T]:
    """Return *tabs* beginning with another one for each *number*."""
    start = number % len(tabs)
    return [*tabs[start:], *tabs[:start]]


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def say(text: str) -> None:
    """Tell whoever waits."""
    print(f"bench: {text}", flush=True)


def _empty(plan: Plan) -> dict[str, dict[str, list[float]]]:
    return {target: {operation: [] for operation in plan.operations} for target in plan.targets}
