"""A static host for the tests: it can be stopped, moved and made to lie, and keeps a log."""

from __future__ import annotations

import html
import json
import mimetypes
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tempestweb_wasm.build.files import made

# Hosts differ in these; the machine's own table must not decide what a test sees.
TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".bin": "application/octet-stream",
    ".whl": "application/octet-stream",
    ".zip": "application/zip",
}


@dataclass(frozen=True)
class Answer:
    """What the host sends for a path instead of the file."""

    status: int = 200
    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    cut: int | None = None
    """The connection ends after so many bytes of the body."""
    until: threading.Event | None = None
    """The answer waits for this."""


@dataclass
class Server:
    """Serves *folder* on 127.0.0.1 below *prefix*, from a thread of its own.

    Nothing is cacheable over HTTP, so that what works offline works by the service worker,
    unless *headers*, which come with every file, say so. *answers* replaces paths (below the
    prefix, without the leading slash).
    """

    folder: Path
    prefix: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    host: str = "127.0.0.1"
    fallback: str | None = None
    """What is sent for a path that is no file, as hosts do for apps with addresses of their own."""

    def __post_init__(self) -> None:
        self.requests: list[str] = []
        self._http: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self._port}"

    def url(self, path: str = "") -> str:
        return f"{self.origin}{self.prefix}{path}"

    def start(self) -> Server:
        """Serve; the port stays the same after the first time."""
        self._http = _Http((self.host, self._port), partial(_Handler, self))
        self._port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Refuse connections from now on; harmless twice."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._http = self._thread = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, target: str) -> Answer:
        """Return what the host sends for the request *target*."""
        path = unquote(urlsplit(target).path)
        if not path.startswith(self.prefix):
            return Answer(404, b"not here")
        name = path.removeprefix(self.prefix)
        if name in self.answers:
            return self.answers[name]
        file = (self.folder / name).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            return Answer(403, b"outside")
        if file.is_dir():
            if not path.endswith("/"):
                return Answer(301, f"{path}/".encode())
            file = file / "index.html"
        if not file.is_file() and self.fallback is not None:
            file = self.folder / self.fallback
        if not file.is_file():
            return Answer(404, b"<!doctype html><title>Not found</title><p>Not found")
        guessed = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        return Answer(200, file.read_bytes(), guessed or "application/octet-stream")


WASM, LOADER = "pyodide-*.wasm", "pyodide-*.mjs"
STDLIB, PACKAGE = "stdlib-*.bin", "tempestweb-wasm-*.bin"


def file_of(server: Server, pattern: str) -> Path:
    """Return the one file of the page's Python with a name like *pattern*."""
    (found,) = (server.folder / "_tempest" / "python").glob(pattern)
    return found


def name_of(server: Server, pattern: str) -> str:
    """Return the path of that file in the site."""
    return file_of(server, pattern).relative_to(server.folder).as_posix()


def impatient(server: Server, milliseconds: int, app: str) -> None:
    """Let the page of *app* give up after a silence of so many milliseconds."""
    boot_with(server, app, patience=milliseconds)


def boot_with(server: Server, app: str, **settings: object) -> None:
    """Let the page of *app* start with other settings than the build wrote into it."""
    text = (server.folder / app / "index.html").read_text("utf-8")
    start = text.index('data-tempest-boot="') + len('data-tempest-boot="')
    end = text.index('"', start)
    python = settings.pop("python", None)
    boot = {**json.loads(html.unescape(text[start:end])), **settings}
    changed = text[:start] + html.escape(json.dumps(boot)) + text[end:]
    if python == "main":
        # It is by this that a page says where its Python runs.
        changed = re.sub(r'<link rel="tempest-worker"[^>]*>\n?', "", changed)
    server.answers[f"{app}/"] = Answer(200, changed.encode())


def publish(server: Server, path: str, data: bytes) -> None:
    """Let the host have *data* as the file *path* of an app, as another build would."""
    folder, _, name = path.removeprefix("apps/").partition("/")
    described = json.loads((server.folder / "apps" / folder / "_tempest.json").read_bytes())
    described["hashes"][name] = made(data).integrity
    listed = json.dumps(described).encode()
    server.answers[f"apps/{folder}/_tempest.json"] = Answer(200, listed, "application/json")
    server.answers[path] = Answer(200, data, "text/x-python")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    # Browsers open many connections at once.
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    # HTTP/1.0, so that no connection outlives the server: stopped is stopped.
    def __init__(self, owner: Server, *args: object) -> None:
        self._owner = owner
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._owner.requests.append(self.path)
        answer = self._owner.answer(self.path)
        if answer.until is not None:
            answer.until.wait(60)
        self.send_response(answer.status)
        if answer.status == 301:
            self.send_header("Location", answer.body.decode())
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in {"Cache-Control": "no-store", **self._owner.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer.body[: answer.cut])
        except (BrokenPipeError, ConnectionResetError):
            # The page was closed while it loaded: the test is over, or reloads.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the requests are kept for the test."""
