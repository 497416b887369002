"""A local host as static hosts are: compresses what it can, lets browsers keep hashed names."""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.e2e.server import TYPES

_COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".wasm", ".svg", ".py", ".webmanifest"}
_HASHED = re.compile(r"-[0-9a-f]{10}\.\w+$")
_PIECE = 16 * 1024


@cache
def _packed(file: Path, changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), 6)


class Line:
    """A slow line to the host: all answers share its *rate*, and each comes *late*."""

    def __init__(self, rate: float, late: float) -> None:
        self._rate = rate
        """Bytes a second."""
        self._late = late
        """Seconds from a request to the first byte of its answer."""
        self._lock = threading.Lock()
        self._free = 0.0

    def carry(self, data: bytes, write: Callable[[bytes], object]) -> None:
        """Write *data* as fast as the line is."""
        time.sleep(self._late)
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            with self._lock:
                self._free = max(self._free, time.monotonic()) + len(piece) / self._rate
                wait = self._free - time.monotonic()
            time.sleep(max(0.0, wait))
            write(piece)


class Host:
    """Serves *folder* on a free port of this machine until it is stopped."""

    def __init__(self, folder: Path, line: Line | None = None) -> None:
        handler = partial(_Handler, folder, line)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread: threading.Thread | None = None
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"

    def start(self) -> Host:
        """Answer from now on."""
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Refuse connections from now on; harmless twice."""
        if self._thread is not None:
            self._http.shutdown()
            self._http.server_close()
            self._thread = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A browser that is closed leaves its connections open.
    timeout = 5

    def __init__(self, folder: Path, line: Line | None, *args: object) -> None:
        self._folder = folder
        self._line = line
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        file = self._folder / path
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        packs = file.suffix in _COMPRESSED
        data = _packed(file, file.stat().st_mtime_ns) if packs else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(data)))
        # Stock names hold no hash, and their hosts let browsers keep them as well.
        is_kept = _HASHED.search(path) or "pyodide/" in path
        self.send_header("Cache-Control", "max-age=31536000, immutable" if is_kept else "no-cache")
        if packs:
            self.send_header("Content-Encoding", "gzip")
        try:
            self.end_headers()
            if self._line is None:
                self.wfile.write(data)
            else:
                self._line.carry(data, self.wfile.write)
        except ConnectionError:
            # The browser was closed while its service worker still fetched.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
