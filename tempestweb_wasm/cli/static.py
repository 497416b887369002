"""Serving the files of a site over HTTP, as a static host would, without stale answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urljoin

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from tempestweb_wasm.build.files import Content, Files, copied

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Types by ending. The system's own table is not asked: it differs between machines."""

Lookup = Callable[[str], Content | None]

# The addresses in a page that the build wrote, all of them relative.
_ADDRESS = re.compile(r'((?:href|src)="|&quot;)(\.{1,2}/[^"&]*)')


def in_mapping(files: Files) -> Lookup:
    """Look files up in *files*."""
    return files.get


def in_folder(folder: Path) -> Lookup:
    """Look files up in *folder*, and never outside it."""
    root = folder.resolve()

    def lookup(path: str) -> Content | None:
        if "\0" in path:
            return None
        full = (root / path).resolve()
        return copied(full) if full.is_relative_to(root) and full.is_file() else None

    return lookup


class StaticSite:
    """An ASGI app that answers with the files of a site, under the path *base*.

    *app_folders* are the folders whose ``index.html`` is an app: it answers for the
    addresses below it that are no files, as the service worker does. Every answer must
    be revalidated, so that a browser never shows yesterday's site on this port; all come
    with *policy*, which workers take from their scripts.
    """

    def __init__(
        self, lookup: Lookup, app_folders: Sequence[str], base: str = "/", *, policy: str
    ) -> None:
        self._lookup = lookup
        self._policy = policy
        self._app_folders = sorted(app_folders, key=len, reverse=True)
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = self.respond(Request(scope, receive))
        await response(scope, receive, send)

    def respond(self, request: Request) -> Response:
        """Return the answer to *request*."""
        path = request.url.path
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("only GET and HEAD", 405, {"allow": "GET, HEAD"})
        if not path.startswith(self._base):
            if path + "/" == self._base or path == "/":
                return RedirectResponse(self._base)
            return self._missing(path)
        # Starlette has decoded the path.
        inside = request.scope["path"][len(self._base) :]
        if inside == "" or inside.endswith("/"):
            inside += "index.html"
        content = self._lookup(inside)
        if content is not None:
            return self._answer(request, inside, content)
        if self._lookup(f"{inside}/index.html") is not None:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{path}/{query}")
        return self._app_page(request, inside) or self._missing(path)

    def _app_page(self, request: Request, inside: str) -> Response | None:
        last = inside.removesuffix("/index.html").rsplit("/", 1)[-1]
        if "." in last or "text/html" not in request.headers.get("accept", ""):
            return None
        for folder in self._app_folders:
            content = self._lookup(f"{folder}index.html") if inside.startswith(folder) else None
            if content is not None:
                text = _placed(content.read().decode(), self._base + folder)
                return Response(text, headers=self._headers("index.html"))
        return None

    def _answer(self, request: Request, inside: str, content: Content) -> Response:
        headers = self._headers(inside)
        if content.path is None:
            headers["etag"] = f'"{content.sha256[:32]}"'
        else:
            stat = content.path.stat()
            headers["etag"] = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if content.path is not None:
            return FileResponse(content.path, headers=headers)
        return Response(content.read(), headers=headers)

    def _missing(self, path: str) -> Response:
        return PlainTextResponse(f"there is no {path} in this site", 404, self._headers(".txt"))

    def _headers(self, name: str) -> dict[str, str]:
        ending = name[name.rfind(".") :].lower() if "." in name else ""
        return {
            "content-type": TYPES.get(ending, "application/octet-stream"),
            "cache-control": "no-cache",
            "content-security-policy": self._policy,
            "x-content-type-options": "nosniff",
        }


def _placed(page: str, base: str) -> str:
    """Return *page* with its addresses made absolute: it is shown under a deeper one."""

    def absolute(found: re.Match[str]) -> str:
        return f"{found[1]}{urljoin(base, found[2])}"

    return _ADDRESS.sub(absolute, page)
