"""Loading an app: its folder is imported as a package under a name of its own.

So two apps that are both called ``app`` can share an interpreter. Modules beside the
app can be imported relatively (``from . import parts``) and, as in a plain script, by
their bare names (``import parts``). The bare form is rewritten as the file is compiled
and only inside the app's folder: ``sys.path`` and ``sys.modules["parts"]`` stay what
they are, for another app with a ``parts`` of its own.

In the same way the names of the packages that ``compat`` stands in for mean ours there.

Compiled code is not kept in ``__pycache__``, where a plain import of the same file
would pick up the rewritten form.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from tempestweb_wasm import compat
from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.core.persist import Persist
from tempestweb_wasm.errors import AppImportError, AppNotFoundError, NoViewError

PREFIX = "_tempest_app_"
"""What the name of every app's package starts with."""


def load_app(path: Path, *, fresh: bool = False) -> AppSource[Any]:
    """Import the app at *path* (its file, or a folder with ``app.py``) and return it.

    An app that is loaded already is not imported again, unless *fresh* is true.

    Raises ``AppNotFoundError`` when there is no such file, ``AppImportError`` when
    importing it raises (the message names file and line, the cause is the error) and
    ``NoViewError`` when it lacks ``view`` or ``make_state``.
    """
    file = _app_file(Path(path))
    package = package_name(file.parent)
    if fresh:
        unload_app(file)
    _install_finder()
    known = set(sys.modules)
    try:
        _open_package(package, file.parent)
        module = importlib.import_module(f"{package}.{file.stem}")
    except (Exception, SystemExit) as error:
        # What was half imported goes, so that a repaired app is read anew.
        _forget(name for name in _loaded(package) if name not in known)
        error.__traceback__ = _without_machinery(error.__traceback__)
        raise AppImportError(_import_message(file, error)) from error
    return AppSource(
        make_state=_function(module, file, "make_state", "()"),
        view=_function(module, file, "view", "(app)"),
        name=file.parent.name if file.stem == "app" else file.stem,
        persist=_persist(module, file),
    )


def unload_app(path: Path) -> None:
    """Forget the modules of the app at *path*; nothing happens when none are loaded."""
    full = Path(path).resolve()
    _forget(_loaded(package_name(full if full.is_dir() else full.parent)))


def package_name(folder: Path) -> str:
    """Return the name under which the app in *folder* is imported."""
    full = folder.resolve()
    readable = re.sub(r"\W", "_", full.name, flags=re.ASCII)
    return f"{PREFIX}{readable}_{hashlib.sha256(str(full).encode()).hexdigest()[:8]}"


def _app_file(path: Path) -> Path:
    full = path.expanduser().resolve()
    if full.is_dir():
        full = full / "app.py"
    if not full.is_file():
        raise AppNotFoundError(f"there is no app at {path}: {full} does not exist.")
    if full.suffix != ".py" or "." in full.stem:
        raise AppNotFoundError(f"{path} can't be imported as a module: name a file such as app.py.")
    return full


def _function(module: ModuleType, file: Path, name: str, arguments: str) -> Any:
    found = getattr(module, name, None)
    if callable(found):
        return found
    if found is None:
        raise NoViewError(f"{file} has no {name}: an app defines def {name}{arguments}.")
    raise NoViewError(f"{name} in {file} is {found!r}: it must be a function {name}{arguments}.")


def _persist(module: ModuleType, file: Path) -> Persist | None:
    found = getattr(module, "persist", None)
    if found is True:
        return Persist()
    if isinstance(found, Persist):
        return found
    # A function of that name is the app's own business.
    if found is None or found is False or callable(found):
        return None
    raise AppImportError(f"persist in {file} is {found!r}: it must be True or a Persist(…).")


def _open_package(package: str, folder: Path) -> None:
    if package in sys.modules:
        return
    init = folder / "__init__.py"
    if not init.is_file():
        module = ModuleType(package)
        module.__path__ = [str(folder)]
        module.__package__ = package
        module.__spec__ = ModuleSpec(package, None, is_package=True)
        sys.modules[package] = module
        return
    loader = _AppLoader(package, str(init))
    spec = spec_from_file_location(
        package, init, loader=loader, submodule_search_locations=[str(folder)]
    )
    if spec is None:
        raise ImportError(f"{init} can't be imported")
    module = module_from_spec(spec)
    sys.modules[package] = module
    loader.exec_module(module)


def _loaded(package: str) -> list[str]:
    return [name for name in sys.modules if name == package or name.startswith(f"{package}.")]


def _forget(names: Iterator[str] | Sequence[str]) -> None:
    for name in list(names):
        sys.modules.pop(name, None)


def _import_message(file: Path, error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    where = f"{file}"
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(file.parent):
            where = f"{frame.filename}:{frame.lineno}"
    text = f"{where}: {''.join(traceback.format_exception_only(error)).strip()}"
    # What a build has left out, and what compat lacks, say in words of their own what to do.
    lacking = error.name if isinstance(error, ModuleNotFoundError) else None
    if lacking and str(error).startswith("No module named"):
        text += (
            f". Put {lacking.partition('.')[0]} beside the app, or name its package under "
            "packages in tempestweb.toml."
        )
    return text


def _without_machinery(trace: TracebackType | None) -> TracebackType | None:
    """Return *trace* without the frames of importing itself, which tell an app nothing."""
    frames = []
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "importlib" not in name and name not in {__file__, ast.__file__}:
            frames.append(trace)
        trace = trace.tb_next
    for frame in reversed(frames):
        trace = TracebackType(trace, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return trace


def _install_finder() -> None:
    if not any(isinstance(finder, _AppFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AppFinder())


class _AppFinder:
    """Finds the modules of apps and leaves every other name to the finders after it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(PREFIX) or path is None:
            return None
        for entry in path:
            # A new one each time: it would remember which files there were.
            spec = FileFinder(entry, (_AppLoader, [".py"])).find_spec(name)
            if spec is not None:
                return spec
        return None


class _AppLoader(SourceFileLoader):
    """Compiles a module of an app, its bare imports of siblings rewritten."""

    def get_code(self, fullname: str) -> CodeType | None:
        return self.source_to_code(self.get_data(self.path), self.path)

    def source_to_code(  # type: ignore[override]
        self, data: Any, path: Any, *, _optimize: int = -1
    ) -> CodeType:
        package = self.name.partition(".")[0]
        tree = ast.parse(data, str(path))
        siblings = _siblings(Path(sys.modules[package].__path__[0]))
        rewritten = ast.fix_missing_locations(_BareImports(package, siblings).visit(tree))
        code: CodeType = compile(
            rewritten, str(path), "exec", dont_inherit=True, optimize=_optimize
        )
        return code


def _siblings(folder: Path) -> frozenset[str]:
    """Return the modules and packages that stand at the top of the app's folder."""
    found = set()
    for path in folder.iterdir():
        if path.suffix == ".py" and path.stem != "__init__":
            found.add(path.stem)
        elif path.is_dir() and any(path.glob("*.py")):
            found.add(path.name)
    return frozenset(found)


class _BareImports(ast.NodeTransformer):
    """Turns ``import parts`` into ``import PACKAGE.parts as parts``, and the like."""

    def __init__(self, package: str, siblings: frozenset[str]) -> None:
        self._package = package
        self._siblings = siblings

    def _meant(self, name: str) -> str | None:
        """Return the full name of the module that *name* means here, None for itself."""
        if name.partition(".")[0] in self._siblings:
            return f"{self._package}.{name}"
        return compat.home(name)

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [new for alias in node.names for new in self._one(alias, node)]

    def _one(self, alias: ast.alias, node: ast.Import) -> Iterator[ast.stmt]:
        top = alias.name.partition(".")[0]
        meant = self._meant(alias.name)
        if meant is None:
            yield ast.copy_location(ast.Import([alias]), node)
            return
        yield ast.copy_location(ast.Import([ast.alias(meant, alias.asname or top)]), node)
        if alias.asname is None and alias.name != top:
            # `import a.b` loads a.b and binds a.
            first = ast.alias(meant.removesuffix(alias.name) + top, top)
            yield ast.copy_location(ast.Import([first]), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level == 0 and node.module:
            node.module = self._meant(node.module) or node.module
        return node
