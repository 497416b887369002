"""Choosing the packages of a build, in the environment of the interpreter in the page.

Each package gets the newest version that satisfies every requirement on it. Markers are
evaluated with the interpreter's values; wheels come from :mod:`pip <.pip>`. There is no
backtracking: where two requirements can't both hold, the build says which two, and the
app pins a version.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tempestweb_wasm.build.cache import file_digest, fresh_folder
from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.build.pip import Misfit
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.build.wheels import Wheel, read_wheel
from tempestweb_wasm.errors import PackageError

_ROUNDS = 50


@dataclass(frozen=True)
class Demand:
    """A requirement and who has it (``demo/counter/app.py``, ``pydantic 2.14.3``)."""

    requirement: Requirement
    by: str

    def __str__(self) -> str:
        return f"{self.requirement} (required by {self.by})"


class Fetcher(Protocol):
    """Fetches wheels; :class:`~tempestweb_wasm.build.pip.Pip` is the real one."""

    def download(self, requirements: Sequence[str], folder: Path) -> dict[str, Path] | Misfit:
        """Fetch one wheel for each of *requirements* into *folder*, or say why not."""


@dataclass
class Resolver:
    """Resolves demands to wheels.

    ``given`` are wheels that are at hand (the app's own files, ours); they win over the
    index. ``store`` is the folder that keeps what was fetched, by hash.
    """

    interpreter: Interpreter
    fetcher: Fetcher
    store: Path
    given: dict[str, Wheel] = field(default_factory=dict)
    progress: Progress = field(default_factory=Silent)

    def resolve(self, roots: Iterable[Demand]) -> dict[str, Wheel]:
        """Return the wheels for *roots* and all that they need, by name, sorted.

        Raises ``PackageError`` when a package has no wheel for the interpreter or the
        requirements on it exclude each other.
        """
        roots = list(roots)
        picked: dict[str, Wheel] = {}
        for _ in range(_ROUNDS):
            demands = self.demands(roots, picked)
            open_ = {n: d for n, d in demands.items() if not _holds(picked.get(n), d)}
            if not open_:
                return {name: picked[name] for name in sorted(demands)}
            picked.update(self._pick(open_))
        names = ", ".join(sorted(open_))
        raise PackageError(
            f"no versions were found that fit together for {names}: pin one of them."
        )

    def demands(self, roots: list[Demand], picked: dict[str, Wheel]) -> dict[str, list[Demand]]:
        """Collect what *roots* and the wheels in *picked* require, by package name."""
        found: dict[str, list[Demand]] = {}
        queue = list(roots)
        seen: set[tuple[str, str, str]] = set()
        while queue:
            demand = queue.pop(0)
            name = canonicalize_name(demand.requirement.name)
            mark = (name, str(demand.requirement), demand.by)
            if mark in seen:
                continue
            seen.add(mark)
            found.setdefault(name, []).append(demand)
            wheel = picked.get(name)
            if wheel is not None:
                queue += self._required_by(wheel, demand.requirement.extras)
        return found

    def _required_by(self, wheel: Wheel, extras: Iterable[str]) -> list[Demand]:
        by = f"{wheel.name} {wheel.version}"
        wanted = (r for r in wheel.requires if self.applies(r.marker, extras))
        return [Demand(_without_marker(requirement), by) for requirement in wanted]

    def applies(self, marker: Marker | None, extras: Iterable[str] = ()) -> bool:
        """Say whether *marker* holds in the interpreter, with any of *extras* or none."""
        if marker is None:
            return True
        values = self.interpreter.markers
        return any(marker.evaluate({**values, "extra": extra}) for extra in ("", *extras))

    def _pick(self, wanted: dict[str, list[Demand]]) -> dict[str, Wheel]:
        at_hand = [name for name in wanted if name in self.given]
        if at_hand:
            # Alone: what they require is then fetched together with the rest.
            return {name: self._take_given(name, wanted[name]) for name in at_hand}
        self.progress.step(f"Fetching {', '.join(sorted(wanted))}")
        return self._fetch(wanted)

    def _take_given(self, name: str, demands: list[Demand]) -> Wheel:
        wheel = self.given[name]
        if not wheel.tags & self.interpreter.tags:
            tags = ", ".join(sorted(str(tag) for tag in wheel.tags))
            raise PackageError(
                f"{wheel.path.name} (required by {demands[0].by}) does not fit the interpreter "
                f"{self.interpreter.platform}, Python {self.interpreter.short_python}: it is "
                f"for {tags}."
            )
        if not _holds(wheel, demands):
            listed = "; ".join(map(str, demands))
            raise PackageError(f"{wheel.path.name} is {wheel.version}, which breaks {listed}.")
        return wheel

    def _fetch(self, wanted: dict[str, list[Demand]]) -> dict[str, Wheel]:
        asked = {name: _combined(name, demands) for name, demands in wanted.items()}
        with fresh_folder(self.store) as work:
            # All at once first: each run of pip costs half a second.
            got = self.fetcher.download(list(asked.values()), work)
            found = {} if isinstance(got, Misfit) else dict(got)
            for name in [n for n in wanted if n not in found]:
                found[name] = self._fetch_one(name, asked[name], wanted[name], work)
            return {name: self._keep(path) for name, path in found.items()}

    def _fetch_one(self, name: str, asked: str, demands: list[Demand], work: Path) -> Path:
        got = self.fetcher.download([asked], work)
        if isinstance(got, Misfit):
            raise self._missing(name, demands, got)
        if name not in got:
            raise PackageError(f"{asked} is not the package {name} ({demands[0]}).")
        return got[name]

    def _missing(self, name: str, demands: list[Demand], why: Misfit) -> PackageError:
        where = f"{self.interpreter.platform}, Python {self.interpreter.short_python}"
        if why.versions and len(demands) > 1:
            listed = "; ".join(map(str, demands))
            return PackageError(
                f"no version of {name} satisfies all of: {listed}. For the interpreter "
                f"({where}) {why.reason()}. Change one of the requirements."
            )
        return PackageError(
            f"{demands[0]} has no wheel for the interpreter in the page ({where}): "
            f"{why.reason()}. Use another package, or put a wheel that fits beside the app "
            "and name its path in packages."
        )

    def _keep(self, path: Path) -> Wheel:
        kept = self.store / file_digest(path) / path.name
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, kept)
        return read_wheel(kept)


def _holds(wheel: Wheel | None, demands: list[Demand]) -> bool:
    if wheel is None:
        return False
    return all(
        # A URL names one file, and what was fetched for it is that file.
        d.requirement.url is not None
        or d.requirement.specifier.contains(wheel.version, prereleases=True)
        for d in demands
    )


def _combined(name: str, demands: list[Demand]) -> str:
    for demand in demands:
        if demand.requirement.url:
            return f"{name} @ {demand.requirement.url}"
    specifier = SpecifierSet()
    for demand in demands:
        specifier &= demand.requirement.specifier
    return f"{name}{specifier}"


def _without_marker(requirement: Requirement) -> Requirement:
    plain = Requirement(str(requirement))
    plain.marker = None
    return plain
