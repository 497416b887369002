"""What pages of a site may load and do: the Content-Security-Policy, and headers for hosts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from tempestweb_wasm.build.config import Hosts
from tempestweb_wasm.build.files import Files, is_hashed, made

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


# A blank would end the path, in both files.
_IN_PATHS = "/%*!$&'()+,;=:@~"


def host_files(files: Files, policy: str, base: str | None = None) -> Files:
    """Return what tells a host how to serve a site of *files*; browsers never ask for these.

    ``_headers`` is read by Netlify, Cloudflare Pages and others, at the root of what they
    serve; *base* is where the site is below that. ``.nojekyll`` keeps GitHub Pages from
    leaving out the folders whose names begin with an underscore.
    """
    rules = [("*", {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"})]
    rules.append(("sw.js", {"Cache-Control": "no-cache"}))
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}
    # Ten digits in a name of the user's are a date more often than a hash.
    rules += [(path, forever) for path, content in files.items() if is_hashed(path, content)]
    lines = [
        line
        for path, headers in rules
        for line in (
            quote(f"{base or '/'}{path}", safe=_IN_PATHS),
            *(f"  {name}: {value}" for name, value in headers.items()),
        )
    ]
    return {"_headers": made("\n".join(lines) + "\n"), ".nojekyll": made(b"")}


def redirects(base: str, app_folders: Sequence[str]) -> Files:
    """Return ``_redirects``, read by the same hosts: each app answers for what is below it."""
    places = [quote(f"{base}{folder}", safe=_IN_PATHS) for folder in app_folders]
    lines = [f"{place}* {place}index.html 200\n" for place in places]
    return {"_redirects": made("".join(lines))}
