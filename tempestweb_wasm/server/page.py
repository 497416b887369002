"""The HTML of a page: the app's first view, and what the client needs to take it over."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from starlette.responses import HTMLResponse

from tempestweb_wasm.build.policy import content_policy
from tempestweb_wasm.html import page_of_frame
from tempestweb_wasm.server.assets import PLACE, Assets
from tempestweb_wasm.server.settings import ServerSettings

APP_FILES = f"{PLACE}app/"
"""Where the app's own files stand below its root."""

SERVICE_WORKER = "sw.js"
"""Where the worker stands that keeps the last pages readable (``pwa/sw-live.js``)."""

_PAGE = Path(__file__).parent / "templates" / "page.html"

NOSNIFF = {"X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a page says of its app: texts, and the language that they are in (BCP 47)."""

    title: str
    lang: str = "en"
    description: str = ""


@dataclass(frozen=True)
class Adopted:
    """The session that a page takes over, and the token that it does so by."""

    token: str
    session: str
    epoch: int


class Pages:
    """Makes the pages of one app."""

    def __init__(
        self, words: Words, assets: Assets, settings: ServerSettings, *, dev: bool = False
    ) -> None:
        self._words = words
        self._assets = assets
        self._settings = settings
        self._dev = dev
        self._template = Template(_PAGE.read_text("utf-8"))

    def page(
        self, frame: Mapping[str, Any], *, root: str, adopted: Adopted | None = None
    ) -> HTMLResponse:
        """Return the page that shows a session's first *frame*, and takes it over by *adopted*.

        *root* is the path of the app with a slash at its end. Without a session to adopt the
        page is HTML alone.
        """
        view = page_of_frame(frame, home=root + APP_FILES)
        # Nothing in it can end the element: "\\3c " is how CSS itself writes "<".
        css = view.css.replace("<", "\\3c ")
        inline = _hash(css) if css else ""
        markup = {"view": view.html, "style": f"<style>{css}</style>\n" if css else ""}
        markup |= {"meta": "", "scripts": "", "frame": "", "noscript": ""}
        if adopted is not None:
            markup |= {"meta": self._meta(root, adopted), "scripts": self._scripts(root)}
            markup |= {"frame": _frame(frame), "noscript": self._noscript()}
        return self._respond(root, markup, inline=inline)

    def headers_alone(self) -> HTMLResponse:
        """Return what answers a HEAD: for that no session is made."""
        return HTMLResponse(headers=self._headers(""))

    def failure(self, root: str, message: str, detail: str = "", status: int = 500) -> HTMLResponse:
        """Return the page of an app whose first view could not be made."""
        told = f"<p>{html.escape(message)}</p>"
        if detail:
            told += f"\n<pre>{html.escape(detail)}</pre>"
        view = f'<div class="tw-boot"><div role="alert">{told}</div></div>'
        scripts = meta = ""
        if self._dev:
            # So that an edit that mends it reloads the page.
            meta, scripts = self._meta(root, None), self._scripts(root)
        markup = {"view": view, "meta": meta, "scripts": scripts}
        return self._respond(root, {"style": "", "frame": "", "noscript": "", **markup}, status)

    def _respond(
        self, root: str, markup: Mapping[str, str], status: int = 200, *, inline: str = ""
    ) -> HTMLResponse:
        words, assets = self._words, self._assets
        values = {"title": words.title, "lang": words.lang, "icon": root + assets.icon}
        values["description"] = words.description or words.title
        values["css"] = root + assets.style
        values["css_hash"] = assets.integrity(assets.style)
        safe = {name: html.escape(value) for name, value in values.items()}
        text = self._template.substitute(safe, **markup)
        return HTMLResponse(text, status, headers=self._headers(inline))

    def _headers(self, inline: str) -> dict[str, str]:
        policy = content_policy([self._settings.hosts], python=False, inline=inline)
        return {
            # What a header alone can forbid: being framed by others.
            "Content-Security-Policy": f"{policy}; form-action 'self'; frame-ancestors 'self'",
            "Referrer-Policy": "same-origin",
            # It holds a token that is good once, for this visitor.
            "Cache-Control": "private, no-store",
            **NOSNIFF,
        }

    def _meta(self, root: str, adopted: Adopted | None) -> str:
        live: dict[str, Any] = {"root": root, "transport": self._settings.transport}
        live["home"] = root + APP_FILES
        lines = []
        if adopted is not None:
            live |= {"session": adopted.session, "epoch": adopted.epoch}
            lines.append(f'<meta name="tempest-token" content="{html.escape(adopted.token)}">\n')
        if not self._dev:
            live["sw"] = root + SERVICE_WORKER
        else:
            live |= {"dev": True, "events": f"{root}{PLACE}dev/events"}
        told = json.dumps(live, separators=(",", ":"), ensure_ascii=False)
        return f'{"".join(lines)}<meta name="tempest-live" content="{html.escape(told)}">\n'

    def _scripts(self, root: str) -> str:
        assets = self._assets
        early, client, live, gate = (
            f'"{root}{path}" integrity="{assets.integrity(path)}"'
            for path in (assets.early, assets.client, assets.live, assets.gate)
        )
        # early.js hears what the visitor does from the first paint on.
        return (
            f'<script type="module" async blocking="render" src={early}></script>\n'
            f'<link rel="modulepreload" href={client}>\n'
            f'<link rel="modulepreload" href={live}>\n'
            # It imports them in this order, each held to its hash.
            f'<script type="module" async src={gate}></script>\n'
        )

    def _noscript(self) -> str:
        title = html.escape(self._words.title)
        text = f"{title} needs JavaScript: switch it on for this site and reload."
        return f'<noscript><p class="tw-boot-text">{text}</p></noscript>\n'


def _frame(frame: Mapping[str, Any]) -> str:
    # What stands in the page is read by the client alone: no numbers, nothing to acknowledge.
    kept = {name: frame[name] for name in ("kind", "data", "styles") if name in frame}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it can end the script, whatever the app's texts are.
    text = text.replace("<", "\\u003c")
    return f'<script type="application/json" data-tempest-frame>{text}</script>\n'


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
