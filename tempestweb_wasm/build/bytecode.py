"""Archives as the page wants them: bytecode of its own Python, stored in a zip, packed.

The interpreter of the page compiles them itself, under Node, once: what came out is kept
in the user's cache under a hash of everything that went in. A page then compiles nothing
at start, and inflates nothing either, because the archive is packed as one piece, which a
browser unpacks while it arrives and which takes the same bytes from every host.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tempestweb_wasm.build.cache import cache_folder, digest, file_digest, fresh_folder
from tempestweb_wasm.build.files import Content
from tempestweb_wasm.build.interpreter import Interpreter, find_tool, fingerprint
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.errors import BuildError

_INSIDE = Path(__file__).resolve().parent / "inside"
_SCRIPTS = ("bytecode.mjs", "compiling.py")


@dataclass(frozen=True)
class Compile:
    """A zip of sources to be compiled: see ``inside/compiling.py`` for the parts."""

    source: Content
    prefix: str
    names: tuple[str, ...]
    stubs: dict[str, str] = field(default_factory=dict)
    docstrings: bool = True

    def request(self) -> dict[str, object]:
        """Return what the interpreter is asked for."""
        return {
            "prefix": self.prefix,
            "names": self.names,
            "stubs": self.stubs,
            "docstrings": self.docstrings,
        }


@dataclass(frozen=True)
class Pack:
    """A file that is only packed."""

    source: Content

    def request(self) -> dict[str, object]:
        """Return what the interpreter is asked for."""
        return {}


Job = Compile | Pack


class Compiler:
    """Makes archives with one interpreter; each is made once and then kept in *cache*."""

    def __init__(
        self,
        interpreter: Interpreter,
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._interpreter = interpreter
        self._folder = (cache or cache_folder()) / "bytecode"
        self._progress = progress or Silent()

    def make(self, jobs: Sequence[Job]) -> list[Path]:
        """Return the files made of *jobs*, in their order.

        Raises ``ToolMissingError`` when something has to be made and there is no Node,
        and ``BuildError`` when the interpreter fails.
        """
        paths = [self._folder / self._key(job) for job in jobs]
        missing = {path: job for job, path in zip(jobs, paths, strict=True) if not path.is_file()}
        if missing:
            self._progress.step(f"Compiling {len(missing)} archives (once)")
            self._run(missing)
        return paths

    def _key(self, job: Job) -> str:
        made_by = [
            fingerprint(self._interpreter),
            *(file_digest(_INSIDE / name) for name in _SCRIPTS),
        ]
        described = json.dumps([made_by, job.source.sha256, job.request()], sort_keys=True)
        return digest(described.encode())

    def _run(self, missing: dict[Path, Job]) -> None:
        node = find_tool("node", "to compile Python for the page")
        with fresh_folder(self._folder) as work:
            jobs = []
            for path, job in missing.items():
                source, out = work / f"{path.name}.source", work / path.name
                source.write_bytes(job.source.read())
                jobs.append({"source": str(source), "out": str(out), "request": job.request()})
            listed = work / "jobs.json"
            script = str(_INSIDE / "compiling.py")
            listed.write_text(json.dumps({"script": script, "jobs": jobs}), encoding="utf-8")
            command = [node, str(_INSIDE / "bytecode.mjs"), str(self._interpreter.folder)]
            result = subprocess.run(
                [*command, str(listed)], capture_output=True, text=True, check=False
            )
            if result.returncode != 0:
                said = result.stderr.strip()[-2000:]
                raise BuildError(f"the page's Python can't be compiled:\n{said}")
            for path in missing:
                (work / path.name).replace(path)
