"""Build hook: takes the browser client and the page's templates along in the wheel.

Making the client needs Node and the packages of ``npm ci``. Where they are missing the
wheel is built without it, because ``pip install -e .`` and ``pip install .`` must work
before anything is set up; ``build_wheel.sh`` is what insists on a whole wheel.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            # tempestweb_wasm.client_files bundles when it is asked, from what js/ is then.
            return
        self._bundle_client()
        if self.target_name == "wheel":
            pwa = Path(self.root) / "pwa"
            # What draws the icons is for a checkout, which has it.
            files = (path for path in pwa.rglob("*") if path.is_file() and path.suffix != ".py")
            for path in files:
                place = f"tempestweb_wasm/_pwa/{path.relative_to(pwa).as_posix()}"
                build_data["force_include"][str(path)] = place

    def _bundle_client(self) -> None:
        root = Path(self.root)
        node = shutil.which("node")
        if node is None or not (root / "node_modules" / "esbuild").is_dir():
            self.app.display_warning("no Node or no esbuild: the browser client is not rebuilt")
            return
        script, folder = root / "scripts" / "bundle.mjs", root / "tempestweb_wasm" / "_client"
        command = [node, str(script), str(folder)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.app.display_warning(f"the browser client is not rebuilt:\n{result.stderr}")
