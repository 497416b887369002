"""What went on in a browser context: console, exceptions, requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# Asked for by the browser itself; a page that names its icon is still asked for this one.
BROWSERS_OWN = ("/favicon.ico",)


@dataclass
class Watch:
    """Listens to a context from its first page on."""

    errors: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> Watch:
        watch = cls()
        context.on("console", watch._on_console)
        context.on("weberror", watch._on_error)
        context.on("request", watch._on_request)
        return watch

    def _on_console(self, message: ConsoleMessage) -> None:
        line = f"{message.type}: {message.text}"
        self.log.append(line)
        where = str(message.location.get("url", ""))
        if message.type == "error" and not where.endswith(BROWSERS_OWN):
            self.errors.append(line)

    def _on_error(self, error: WebError) -> None:
        self.log.append(f"exception: {error.error}")
        self.errors.append(f"exception: {error.error}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def origins(self) -> set[str]:
        """Return every origin that was asked for something over the network."""
        found = set()
        for url in self.requests:
            parts = urlsplit(url)
            if parts.scheme not in {"data", "blob", "about"}:
                found.add(f"{parts.scheme}://{parts.netloc}")
        return found
