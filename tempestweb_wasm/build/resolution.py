"""The packages of a build, remembered for a day so that a second build asks no network."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tempestweb_wasm.build import wheel as own
from tempestweb_wasm.build.cache import cache_folder, digest, put
from tempestweb_wasm.build.interpreter import Interpreter, fingerprint
from tempestweb_wasm.build.packages import Demand, Fetcher, Resolver
from tempestweb_wasm.build.pip import Pip
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.build.wheels import Wheel, read_wheel, spread
from tempestweb_wasm.errors import BuildError, PackageError

FRESH = 24 * 3600
"""Seconds for which the choice of versions is taken from the cache without asking."""


@dataclass(frozen=True)
class Resolution:
    """The wheels of a build by package name, and which need which."""

    wheels: dict[str, Wheel]
    depends: dict[str, tuple[str, ...]]

    def closure(self, names: Iterable[str]) -> list[str]:
        """Return *names* and all that they need, sorted."""
        found: set[str] = set()
        queue: list[str] = [canonicalize_name(name) for name in names]
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                queue += self.depends[name]
        return sorted(found)


class Packages:
    """Finds the packages of builds with one interpreter; ``refresh`` forgets earlier choices."""

    def __init__(
        self,
        interpreter: Interpreter,
        *,
        progress: Progress | None = None,
        cache: Path | None = None,
        fetcher: Fetcher | None = None,
        refresh: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._interpreter = interpreter
        self._progress = progress or Silent()
        self._cache = cache or cache_folder()
        self._fetcher = fetcher or Pip(interpreter)
        self._refresh = refresh
        self._clock = clock

    def find(self, demands: Iterable[Demand], local: Iterable[tuple[Path, str]]) -> Resolution:
        """Return the wheels for *demands*, for *local* wheels (path, who names it) and for us.

        Raises ``PackageError`` when something has no wheel that fits, ``BuildError`` when
        the index can't be reached and no earlier choice is known.
        """
        ours = self._our_wheel()
        given = {ours.name: ours}
        roots = [Demand(Requirement(own.NAME), "every page"), *demands]
        for path, by in local:
            wheel = read_wheel(path)
            if given.get(wheel.name, wheel).sha256 != wheel.sha256:
                raise PackageError(f"two different wheels of {wheel.name} are named, one by {by}.")
            given[wheel.name] = wheel
            roots.append(Demand(Requirement(wheel.name), by))
        resolver = Resolver(
            self._interpreter, self._fetcher, self._cache / "wheels", given, self._progress
        )
        roots = [d for d in roots if resolver.applies(d.requirement.marker)]
        wheels = self._resolve(resolver, roots, given)
        depends = _depends(resolver, roots, wheels)
        # Not before: what is fetched is known by its hash.
        place = self._cache / "spread"
        return Resolution({name: spread(w, place) for name, w in wheels.items()}, depends)

    def _our_wheel(self) -> Wheel:
        name, data = own.make_wheel()
        path = self._cache / "own" / digest(data) / name
        if not path.is_file():
            put(path, data)
        return read_wheel(path)

    def _resolve(
        self, resolver: Resolver, roots: list[Demand], given: dict[str, Wheel]
    ) -> dict[str, Wheel]:
        record = self._cache / "resolutions" / f"{self._key(roots, given)}.json"
        known = self._recall(record, given)
        if known is not None and not self._refresh and self._is_fresh(record):
            return known
        try:
            wheels = resolver.resolve(roots)
        except PackageError:
            raise
        except BuildError as error:
            if known is None:
                raise
            self._progress.note(f"{error}\nGoing on with the versions of the last build.")
            return known
        chosen = {n: [w.sha256, w.file_name] for n, w in wheels.items() if n not in given}
        put(record, json.dumps({"made": self._clock(), "wheels": chosen}).encode())
        return wheels

    def _key(self, roots: list[Demand], given: dict[str, Wheel]) -> str:
        needs = sorted(str(demand.requirement) for demand in roots)
        needs += sorted(
            f"{w.name} {w.version} {sorted(map(str, w.requires))}" for w in given.values()
        )
        return digest(json.dumps([fingerprint(self._interpreter), needs]).encode())[:32]

    def _is_fresh(self, record: Path) -> bool:
        made: float = json.loads(record.read_bytes())["made"]
        return 0 <= self._clock() - made < FRESH

    def _recall(self, record: Path, given: dict[str, Wheel]) -> dict[str, Wheel] | None:
        try:
            chosen: dict[str, Any] = json.loads(record.read_bytes())["wheels"]
        except (OSError, ValueError, KeyError):
            # Never made, or by a version that wrote it differently: choose anew.
            return None
        wheels = dict(given)
        for name, (sha, file_name) in chosen.items():
            path = self._cache / "wheels" / sha / file_name
            if not path.is_file():
                return None
            wheel = read_wheel(path)
            if wheel.sha256 != sha:
                # Damaged on disk; fetching puts a good one in its place.
                path.unlink()
                return None
            wheels[name] = wheel
        return dict(sorted(wheels.items()))


def _depends(
    resolver: Resolver, roots: list[Demand], wheels: dict[str, Wheel]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {name: set() for name in wheels}
    by = {f"{wheel.name} {wheel.version}": wheel.name for wheel in wheels.values()}
    for name, demands in resolver.demands(roots, wheels).items():
        for demand in demands:
            if demand.by in by:
                found[by[demand.by]].add(name)
    return {name: tuple(sorted(others)) for name, others in sorted(found.items())}
