"""What every page of a site loads: the client's scripts and styles, under hashed names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tempestweb_wasm.build.files import Content, Files, hashed_name, made
from tempestweb_wasm.client_files import NATIVE_HASH, client_folder

_SCRIPTS = ("gate", "client", "early", "native", "worker", "boot")
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Assets:
    """Paths from the site's root of what pages refer to."""

    gate: str
    boot: str
    client: str
    early: str
    native: str
    worker: str
    base_css: str
    theme_css: str
    page_css: str
    """All that a page needs which shows no app."""
    integrity: Mapping[str, str]
    """What scripts and styles must be, by path, as pages say it in ``integrity``."""
    styles: bytes
    """What the style sheet of an app's page begins with."""

    def style_sheet(self, rules: str = "") -> tuple[str, Content]:
        """Return path and content of the one style sheet of a page that has these *rules*, too.

        One, because a page is painted when the last of them is there.
        """
        content = made(self.styles + rules.encode())
        return f"_tempest/{hashed_name('style.css', content)}", content


def page_assets(described: Callable[[bytes], bytes]) -> tuple[Assets, Files]:
    """Return the client's files, as they are now, and where they stand in the site.

    *described* writes into the file of Python what it is to know. Raises ``ToolMissingError`` or
    ``BuildError`` when the client is missing and can't be made.
    """
    folder = client_folder()
    paths = {name: folder / f"{name}.js" for name in _SCRIPTS}
    paths |= {"base": folder / "base.css", "theme": folder / "theme.css", "page": page_css()}
    # Read now: a later edit in a checkout must not reach a page under an old hash.
    contents = {name: made(path.read_bytes()) for name, path in paths.items()}
    contents["worker"] = made(described(contents["worker"].read()))
    # boot.js names what stands beside it, under the names with the hashes.
    boot = contents["boot"].read()
    for name in ("client", "worker", "native"):
        hashed = hashed_name(f"{name}.js", contents[name])
        boot = boot.replace(f"./{name}.js".encode(), f"./{hashed}".encode())
    contents["boot"] = made(boot.replace(NATIVE_HASH, contents["native"].integrity.encode()))
    names = {
        name: f"_tempest/{hashed_name(name + paths[name].suffix, content)}"
        for name, content in contents.items()
    }
    files = {names[name]: content for name, content in contents.items()}
    assets = Assets(
        gate=names["gate"],
        boot=names["boot"],
        client=names["client"],
        early=names["early"],
        native=names["native"],
        worker=names["worker"],
        base_css=names["base"],
        theme_css=names["theme"],
        page_css=names["page"],
        integrity={path: content.integrity for path, content in files.items()},
        styles=b"".join(contents[name].read() for name in ("base", "theme", "page")),
    )
    # The address that a page written by hand can name.
    return assets, {**files, "_tempest/boot.js": contents["boot"]}


def page_css() -> Path:
    """Return the style sheet of what is seen before Python is up."""
    return _TEMPLATES / "page.css"
