"""Reading wheels: their name, version, requirements and the modules that they bring."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tempestweb_wasm.build.cache import file_digest, put
from tempestweb_wasm.errors import PackageError


@dataclass(frozen=True)
class Wheel:
    """A wheel at hand, with what its metadata says."""

    path: Path
    name: str
    version: Version
    tags: frozenset[Tag]
    requires: tuple[Requirement, ...]
    imports: tuple[str, ...]
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that the wheel has in the build."""
        return self.path.name


def read_wheel(path: Path) -> Wheel:
    """Read the wheel at *path*; raises ``PackageError`` when it is not a wheel."""
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            text = archive.read(_metadata_name(names)).decode("utf-8", "replace")
            top_level = _top_level(archive, names)
        headers = HeaderParser().parsestr(text)
        requires = tuple(Requirement(text) for text in headers.get_all("Requires-Dist", []))
    except (
        InvalidWheelFilename,
        InvalidVersion,
        InvalidRequirement,
        KeyError,
        zipfile.BadZipFile,
    ) as error:
        raise PackageError(f"{path} can't be read as a wheel: {error}") from error
    return Wheel(
        path=path,
        name=canonicalize_name(name),
        version=version,
        tags=frozenset(tags),
        requires=requires,
        imports=top_level,
        sha256=file_digest(path),
    )


# What an installer moves to the root (binary distribution format, "The .data directory"); the
# rest of such a folder (scripts, headers) has no place in a page.
_MOVED = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
_TIME = (1980, 1, 1, 0, 0, 0)


def spread(wheel: Wheel, folder: Path) -> Wheel:
    """Return *wheel* with all its modules at its root: mostly itself, else one in *folder*."""
    with zipfile.ZipFile(wheel.path) as archive:
        names = archive.namelist()
        if not any(map(_MOVED.match, names)):
            return wheel
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
            for name in sorted(names):
                moved = _MOVED.sub("", name, count=1)
                if not name.endswith("/") and (moved != name or ".data/" not in name):
                    out.writestr(zipfile.ZipInfo(moved, _TIME), archive.read(name))
    path = folder / wheel.sha256 / wheel.file_name
    put(path, buffer.getvalue())
    return read_wheel(path)


def _metadata_name(names: list[str]) -> str:
    for name in names:
        parts = PurePosixPath(name).parts
        if len(parts) == 2 and parts[0].endswith(".dist-info") and parts[1] == "METADATA":
            return name
    raise KeyError("it holds no METADATA")


def _top_level(archive: zipfile.ZipFile, names: list[str]) -> tuple[str, ...]:
    """Return what the wheel lets a program import, by the files that it holds."""
    found: set[str] = set()
    for name in names:
        parts = PurePosixPath(name).parts
        if parts[0].endswith((".dist-info", ".data")):
            continue
        if len(parts) == 1:
            if parts[0].endswith((".py", ".so")):
                found.add(parts[0].split(".", 1)[0])
        elif parts[-1].endswith((".py", ".so")) and parts[0].isidentifier():
            found.add(parts[0])
    return tuple(sorted(found))
