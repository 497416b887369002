"""Which files of a folder are published: of an app, of plain pages, and of assets on a server.

Left out without a word is what no visitor needs and every project has: hidden files,
caches, environments, builds, tests that the app does not import. Left out with a note is what
somebody might miss: files whose names say that they are private, and links that lead out of the
folder. The setting ``publish`` brings either back, ``exclude`` leaves out more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from tempestweb_wasm.build.config import FILE, Settings
from tempestweb_wasm.build.private_names import is_private
from tempestweb_wasm.build.trimming import imports_of
from tempestweb_wasm.errors import BuildError, ConfigError

MARKER = "_tempest/build.json"
"""A file that every build has, by which a folder is known to be ours."""

DESCRIPTION = "_tempest.json"
"""What the page asks for first of an app, in its folder: which files it has. In ``js/app.js``."""

MOST_FILES = 5000
"""A folder with more is no app; somebody started one in a home or temporary folder."""

_FILES = ("*.pyc", "*.pyo", "*~")
_TESTS = ("test_*.py", "*_test.py", "conftest.py")
# What only environments have: of venv and virtualenv, and of conda.
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")


class Why(Enum):
    """Why something is left out."""

    PLAIN = "what no page needs"
    TEST = "a test"
    PRIVATE = "by its name a key, a credential, a database or a log"
    LINK = "a link that leads out of the folder, to what is left out, or nowhere"


@dataclass(frozen=True)
class Rules:
    """What of *folder* is published.

    *exclude* and *publish* are the settings of those names. With *plain* true the folder is no
    app, and tests mean nothing special in it.
    """

    folder: Path
    exclude: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()
    plain: bool = False

    def allows(self, name: str) -> bool:
        """Say whether a file *name*, a path in the folder with ``/``, may be published.

        It need not exist. A test may not; those that an app imports are known to
        :meth:`select` alone.
        """
        parts = name.split("/")
        named = needs_name = False
        for count in range(1, len(parts) + 1):
            part = "/".join(parts[:count])
            if _matching(part, self.exclude):
                return False
            if _naming(part, self.publish):
                named, needs_name = True, False
                continue
            if self.why_not_in(part, named=named) is not None:
                named, needs_name = False, True
            if needs_name and not _leads_below(part, self.publish):
                return False
        return True

    def why_not_in(self, name: str, *, named: bool) -> Why | None:
        """As :meth:`why_not`, in a folder that is *named*: a key in it was not meant by that."""
        why = self.why_not(name)
        return None if named and why is Why.TEST else why

    def why_not(self, name: str) -> Why | None:
        """Return why *name*, a file or a folder, is left out; None where nothing says so."""
        path = self.folder / name
        if path.is_symlink():
            return self._why_not_link(path) or self._by_name(path)
        return self._by_name(path)

    def _by_name(self, path: Path) -> Why | None:
        name = path.name
        if name.startswith(".") or name in {FILE, "__pycache__"}:
            return Why.PLAIN
        if path.is_dir():
            if any((path / mark).exists() for mark in (MARKER, *_ENVIRONMENTS)):
                return Why.PLAIN
            # Pages that are published as they are may use theirs.
            if name == "node_modules" and not self.plain:
                return Why.PLAIN
            return Why.TEST if name == "tests" and not self.plain else None
        if any(fnmatchcase(name, pattern) for pattern in _FILES):
            return Why.PLAIN
        if not self.plain and any(fnmatchcase(name, pattern) for pattern in _TESTS):
            return Why.TEST
        return Why.PRIVATE if is_private(name) else None

    def _why_not_link(self, path: Path) -> Why | None:
        top, target = self.folder.resolve(), path.resolve()
        if not target.exists() or not target.is_relative_to(top):
            return Why.LINK
        # The file would come in under a name that says nothing.
        inside = target.relative_to(top).as_posix()
        there = Rules(top, self.exclude, self.publish, self.plain)
        return None if inside == "." or there.allows(inside) else Why.LINK

    def told(self, name: str) -> str:
        """Return what to say of the file *name* that is left out."""
        why = self.why_not(name) or Why.PLAIN
        return Selection(self.folder, {}, {name: why}).notes(every=True)[0]

    def select(self) -> Selection:
        """Look at the folder now and return what of it is published.

        Raises ``BuildError`` for more than :data:`MOST_FILES` files, for a name that no
        address can have, and for a module that the app imports and that is left out for what
        it is; ``ConfigError`` for a pattern in *publish* that names nothing.
        """
        walk = _Walk(self)
        walk.look(self.folder, "", frozenset(), named=False, needs_name=False)
        if not self.plain:
            walk.take_imported()
        idle = [pattern for pattern in self.publish if pattern not in walk.used]
        if idle:
            raise ConfigError(
                f"{self.folder}: publish names {idle[0]!r}, and there is no such file in the "
                "folder, or exclude names it too."
            )
        for name in walk.files:
            _check_name(self.folder, name)
        unused = [pattern for pattern in self.exclude if pattern not in walk.used]
        return Selection(
            self.folder, dict(sorted(walk.files.items())), dict(sorted(walk.told.items())), unused
        )


def rules_of(folder: Path, settings: Settings, *, plain: bool = False) -> Rules:
    """Return the rules for *folder* by its *settings*."""
    config = settings.app
    return Rules(folder, tuple(config.exclude), tuple(config.publish), plain)


@dataclass(frozen=True)
class Selection:
    """What of a folder is published, and what is not though somebody might miss it."""

    folder: Path
    files: dict[str, Path]
    """By path in the folder, sorted."""
    left_out: dict[str, Why]
    unused: Sequence[str] = ()
    """Patterns of ``exclude`` that match nothing."""

    def notes(self, *, every: bool = False) -> list[str]:
        """Return what the user should read, a line each; with *every*, of what else is left out."""
        lines = []
        for why in Why if every else (Why.PRIVATE, Why.LINK):
            names = [name for name, each in self.left_out.items() if each is why]
            if names:
                lines.append(
                    f"{self.folder}: not published: {_listed(names)} ({why.value}). To publish "
                    f"it all the same, write publish = [{_quoted(names[0])}] into {FILE}; "
                    "name it under exclude to be told no more."
                )
        lines += [
            f"{self.folder}: exclude names {pattern!r}, and nothing in the folder is called so."
            for pattern in self.unused
        ]
        return lines


@dataclass
class _Walk:
    rules: Rules
    files: dict[str, Path] = field(default_factory=dict)
    tests: dict[str, Path] = field(default_factory=dict)
    told: dict[str, Why] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def look(
        self, place: Path, above: str, way: frozenset[Path], *, named: bool, needs_name: bool
    ) -> None:
        here = place.resolve()
        if here in way:
            return  # a link to a folder that it stands in
        for entry in sorted(place.iterdir()):
            self._one(entry, above + entry.name, way | {here}, named, needs_name)

    def _one(
        self, entry: Path, name: str, way: frozenset[Path], named: bool, needs_name: bool
    ) -> None:
        rules = self.rules
        if matching := _matching(name, rules.exclude):
            self.used.update(matching)
            return
        naming = _naming(name, rules.publish)
        self.used.update(naming)
        why = None if naming else rules.why_not_in(name, named=named)
        named = why is None and (named or bool(naming))
        needs_name = needs_name and not naming
        if why is Why.TEST and not needs_name:
            self._keep_test(entry, name)
        elif why is not None and why is not Why.PLAIN and not needs_name:
            self.told[name] = why
        if entry.is_dir():
            if why is None and not needs_name:
                self.look(entry, f"{name}/", way, named=named, needs_name=False)
            elif _leads_below(name, rules.publish):
                self.look(entry, f"{name}/", way, named=False, needs_name=True)
        elif entry.is_file() and why is None and not needs_name:
            self.files[name] = entry
            if len(self.files) > MOST_FILES:
                raise BuildError(
                    f"{rules.folder} holds more than {MOST_FILES} files, and all would go into "
                    "the site: give the app a folder of its own."
                )

    def _keep_test(self, entry: Path, name: str) -> None:
        found = [entry] if entry.is_file() else sorted(entry.rglob("*.py"))
        for path in found:
            inside = name if path == entry else f"{name}/{path.relative_to(entry).as_posix()}"
            if is_private(path.name) or _matching(inside, self.rules.exclude):
                continue
            if path.is_file():
                self.tests[inside] = path

    def take_imported(self) -> None:
        """Move to the files what they import of the tests; refuse what else is not there."""
        spare = {name.removesuffix(".py").removesuffix("/__init__"): name for name in self.tests}
        lost = {
            name.removesuffix(".py"): name
            for name in self.told
            if name.endswith(".py") or (self.rules.folder / name).is_dir()
        }
        words = {module.rpartition("/")[2].encode() for module in (*spare, *lost)}
        queue = [name for name in self.files if name.endswith(".py")]
        while queue and words:
            importer = queue.pop()
            source = self.files[importer].read_bytes()
            if not any(word in source for word in words):
                continue  # parsing every module at each edit would be felt
            for module in _modules(source, importer):
                if module in lost:
                    raise BuildError(
                        f"{self.rules.folder / importer} imports {lost[module]}, which is "
                        f"{self.told[lost[module]].value}, and anybody can read what is "
                        f"published. If that is meant, write publish = [{_quoted(lost[module])}] "
                        f"into {FILE}; if the app runs without it, name it under exclude."
                    )
                name = spare.pop(module, None)
                if name is not None:
                    self.files[name] = self.tests[name]
                    queue.append(name)


def _modules(source: bytes, importer: str) -> Iterator[str]:
    """Yield what *importer* may import of its folder, as paths, packages before what is in them."""
    package = ".".join(importer.split("/")[:-1])
    for dotted in sorted(imports_of(source, package)):
        parts = dotted.strip(".").split(".")
        yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _matching(name: str, patterns: Sequence[str]) -> list[str]:
    """Return which *patterns* match *name*: all of its path, or a last part without folders.

    ``*`` reaches over ``/`` too. Who asks goes down folder by folder, so that a pattern
    that matches a folder means all in it.
    """
    return [pattern for pattern in patterns if _matches(name, pattern)]


def _matches(name: str, pattern: str) -> bool:
    plain = pattern.removeprefix("./").rstrip("/")
    if "/" not in plain or plain.startswith("**/"):
        return fnmatchcase(name.rpartition("/")[2], plain.removeprefix("**/"))
    return fnmatchcase(name, plain.lstrip("/"))


def _naming(name: str, patterns: Sequence[str]) -> list[str]:
    """As :func:`_matching`; as in a shell, hidden files want a dot in the pattern, too."""
    hidden = name.rpartition("/")[2].startswith(".")
    return [
        pattern
        for pattern in _matching(name, patterns)
        if not hidden or pattern.rstrip("/").rpartition("/")[2].startswith(".")
    ]


def _leads_below(name: str, patterns: Sequence[str]) -> bool:
    parts = name.split("/")
    for pattern in patterns:
        wanted = pattern.removeprefix("./").strip("/").split("/")
        if len(wanted) > len(parts) and all(map(fnmatchcase, parts, wanted)):
            return True
    return False


def _check_name(folder: Path, name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise BuildError(
            f"{folder}: the name {name!r} is not UTF-8, so no address leads to it: rename the "
            "file, or leave it out with exclude."
        ) from error


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
