"""Serving the client's files and the app's own."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.policy import content_policy
from tempestweb_wasm.build.published import Rules
from tempestweb_wasm.client_files import pwa_folder
from tempestweb_wasm.server.assets import PLACE
from tempestweb_wasm.server.page import APP_FILES, NOSNIFF, SERVICE_WORKER

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
log = logging.getLogger("tempestweb_wasm")

_FOREVER = "public, max-age=31536000, immutable"


def serve_files(app: FastAPI, files: Files, assets: tuple[Path, Rules] | None) -> None:
    """Add routes for the client's *files*, and for the app's folder *assets* if there is one.

    Its rules, which are those of the folder above it, say what of it visitors get.
    """
    headers = {"Content-Security-Policy": content_policy(python=False), **NOSNIFF}

    async def client_file(request: Request) -> Response:
        name = PLACE + request.path_params["name"]
        content = files.get(name)
        if content is None:
            raise HTTPException(404)
        kind = _TYPES[name[name.rfind(".") :]]
        return Response(
            content.read(), media_type=kind, headers={"Cache-Control": _FOREVER, **headers}
        )

    worker = (pwa_folder() / "sw-live.js").read_bytes()

    async def service_worker() -> Response:
        # Its place is its scope; asked for again each time, or an older one would stay.
        kept = {"Cache-Control": "no-cache", **headers}
        return Response(worker, media_type=_TYPES[".js"], headers=kept)

    app.add_api_route(
        f"/{SERVICE_WORKER}", service_worker, name="tempest-worker", include_in_schema=False
    )
    if assets is not None and assets[0].is_dir():
        own = _AppFiles(*assets, headers)
        app.mount(f"/{APP_FILES}assets", own, name="tempest-assets")
    app.add_api_route(
        f"/{PLACE}{{name}}", client_file, name="tempest-client", include_in_schema=False
    )


class _AppFiles(StaticFiles):
    """The app's own files, which have no hashes in their names: asked for again each time."""

    def __init__(self, folder: Path, rules: Rules, headers: dict[str, str]) -> None:
        # The rules judge links, by where they lead.
        super().__init__(directory=folder, follow_symlink=True)
        self._place = folder.relative_to(rules.folder)
        self._rules = rules
        self._extra = {"Cache-Control": "no-cache", **headers}

    async def get_response(self, path: str, scope: Scope) -> Any:
        name = (self._place / path).as_posix()
        if not self._rules.allows(name):
            if (self._rules.folder / name).is_file():
                # Who wrote the app looks for it here; the visitor is told nothing.
                log.warning("not sent: %s", self._rules.told(name))
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers.update(self._extra)
        return response
