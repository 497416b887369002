"""Pyodide's lock file: which packages the page can load, and the hash of each wheel."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name
from pyodide_lock import PackageSpec, PyodideLockSpec
from pyodide_lock.spec import InfoSpec

from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.build.wheels import Wheel


def make_lock(
    interpreter: Interpreter,
    wheels: Mapping[str, Wheel],
    depends: Mapping[str, Iterable[str]],
    *,
    client: str | None = None,
) -> bytes:
    """Return the text of ``pyodide-lock.json`` for *wheels*, the same for the same wheels.

    *depends* says for each package which others of *wheels* it needs. ``loadPyodide``
    then loads them by name, checks each against its SHA-256 and asks no other host. *client*
    is the address of ``boot.js`` beside the file, for ``run()``.
    """
    packages = {
        name: PackageSpec(
            name=name,
            version=str(wheel.version),
            file_name=wheel.file_name,
            install_dir="site",
            sha256=wheel.sha256,
            imports=list(wheel.imports),
            depends=sorted(canonicalize_name(other) for other in depends.get(name, ())),
        )
        for name, wheel in sorted(wheels.items())
    }
    info = InfoSpec(
        arch=interpreter.info["arch"],
        platform=interpreter.info["platform"],
        version=interpreter.version,
        python=interpreter.python,
        abi_version=interpreter.info["abi_version"],
    )
    spec = PyodideLockSpec(info=info, packages=packages)
    spec.check_wheel_filenames()
    with tempfile.TemporaryDirectory() as folder:
        # pyodide-lock 0.1 and 0.2 have only this way of writing in common.
        path = Path(folder) / "pyodide-lock.json"
        spec.to_json(path)
        written = json.loads(path.read_bytes())
    # The interpreter compares `info` with its own, so it is handed back as it came.
    written["info"] = interpreter.info
    if client is not None:
        written["tempestweb_client"] = client
    return (json.dumps(written, indent=1, sort_keys=True) + "\n").encode()
