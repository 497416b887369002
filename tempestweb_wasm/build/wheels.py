"""Reading wheels: their name, version, requirements and the modules that they bring."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tempestweb_wasm.build.cache import file_digest
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
