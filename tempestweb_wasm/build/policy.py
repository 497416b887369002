"""What pages of a site may load and do: the Content-Security-Policy, and headers for hosts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tempestweb_wasm.build.config import Hosts
from tempestweb_wasm.build.files import Files, made

_DIRECTIVES = {
    "connect-src": "connect",
    "img-src": "images",
    "media-src": "media",
    "font-src": "fonts",
    "frame-src": "frames",
}
_ALWAYS: dict[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    # For compiling WebAssembly; eval and Function stay forbidden.
    "script-src": ("'self'", "'wasm-unsafe-eval'"),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "require-trusted-types-for": ("'script'",),
    # For addresses of our own workers and of the client. Whoever of the two is there first makes
    # it, the other one takes it over (js/trusted.js, browser/start.py).
    "trusted-types": ("tempestweb",),
}

# hashed_name() made these: under such a name there is never anything else.
_HASHED = re.compile(r"-[0-9a-f]{10}\.\w+$")


def content_policy(hosts: Iterable[Hosts] = (), *, python: bool = True, inline: str = "") -> str:
    """Return the policy for pages that need *hosts* besides their own.

    With *python* false nothing may be compiled in the page. *inline* is the hash of the one
    style element that the page may hold (``sha256-…``).
    """
    wanted = list(hosts)
    policy = dict(_ALWAYS)
    if not python:
        policy["script-src"] = ("'self'",)
    if inline:
        policy["style-src"] = ("'self'", f"'{inline}'")
    for directive, kind in _DIRECTIVES.items():
        named = sorted({source for each in wanted for source in getattr(each, kind)})
        if named:
            policy[directive] = (*policy.get(directive, ("'self'",)), *named)
    return "; ".join(" ".join((name, *sources)) for name, sources in policy.items())


def host_files(paths: Sequence[str], policy: str, base: str | None = None) -> Files:
    """Return what tells a host how to serve a site of *paths*; browsers never ask for these.

    ``_headers`` is read by Netlify, Cloudflare Pages and others, at the root of what they
    serve; *base* is where the site is below that. ``.nojekyll`` keeps GitHub Pages from
    leaving out the folders whose names begin with an underscore.
    """
    rules = [("*", {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"})]
    rules.append(("sw.js", {"Cache-Control": "no-cache"}))
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    rules += [(path, forever) for path in paths if _HASHED.search(path)]
    lines = [
        line
        for path, headers in rules
        for line in (
            f"{base or '/'}{path}",
            *(f"  {name}: {value}" for name, value in headers.items()),
        )
    ]
    return {"_headers": made("\n".join(lines) + "\n"), ".nojekyll": made(b"")}


def redirects(base: str, app_folders: Sequence[str]) -> Files:
    """Return ``_redirects``, read by the same hosts: each app answers for what is below it."""
    lines = [f"{base}{folder}* {base}{folder}index.html 200\n" for folder in app_folders]
    return {"_redirects": made("".join(lines))}
