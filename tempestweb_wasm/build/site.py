"""A site: the pages, the apps, the client, the interpreter and the packages, as files.

Nothing is written here. ``build`` writes the files to a folder, ``dev`` and ``run``
serve them as they are; the heavy ones stay where they are cached.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.utils import canonicalize_name

from tempestweb_wasm.build import wheel as own
from tempestweb_wasm.build.apps import AppFolder, check_names, find_app
from tempestweb_wasm.build.assets import Assets, page_assets
from tempestweb_wasm.build.cache import digest
from tempestweb_wasm.build.config import Settings, read_folder_settings
from tempestweb_wasm.build.files import Files, copied, made
from tempestweb_wasm.build.interpreter import Interpreter, find_interpreter
from tempestweb_wasm.build.manifest import Icons, icons_of, manifest, our_icons
from tempestweb_wasm.build.packages import Demand
from tempestweb_wasm.build.pages import app_page, list_page, offline_page
from tempestweb_wasm.build.policy import content_policy, host_files, redirects
from tempestweb_wasm.build.precache import OFFLINE_PAGE, removing_worker, with_worker
from tempestweb_wasm.build.prerender import NoView, View, Wanted, prerender
from tempestweb_wasm.build.progress import Progress, Silent
from tempestweb_wasm.build.published import DESCRIPTION, MARKER, Rules, rules_of
from tempestweb_wasm.build.python import PageFiles, stock_files
from tempestweb_wasm.build.resolution import Packages, Resolution
from tempestweb_wasm.build.trimming import imports_of
from tempestweb_wasm.errors import AppNotFoundError, BuildError


@dataclass(frozen=True)
class Include:
    """A folder of plain files that goes into the site as it is, with its settings."""

    folder: Path
    settings: Settings

    @property
    def name(self) -> str:
        """Its place in the site."""
        return self.folder.name

    @property
    def rules(self) -> Rules:
        """What of it is published."""
        return rules_of(self.folder, self.settings, plain=True)


@dataclass(frozen=True)
class Plan:
    """What a site is to be made of."""

    apps: tuple[AppFolder, ...]
    includes: tuple[Include, ...]
    interpreter: Interpreter
    packages: Packages = field(repr=False)
    progress: Progress = field(default_factory=Silent, repr=False)

    def rules(self) -> list[Rules]:
        """Return what of each folder is published, apps first."""
        return [
            *(app.rules for app in self.apps),
            *(include.rules for include in self.includes),
        ]

    def app_folders(self) -> list[str]:
        """Return the folders in the site whose ``index.html`` is an app."""
        return [""] if len(self.apps) == 1 else [f"{app.name}/" for app in self.apps]


def make_plan(
    apps: Sequence[Path],
    includes: Sequence[Path] = (),
    *,
    progress: Progress | None = None,
    refresh: bool = False,
    interpreter: Interpreter | None = None,
) -> Plan:
    """Look at the *apps* and folders; nothing is fetched yet except a missing interpreter.

    Raises ``AppNotFoundError``, ``ConfigError``, or ``BuildError`` for names that clash.
    """
    shown = progress or Silent()
    interpreter = interpreter or find_interpreter(shown)
    found = tuple(find_app(path, interpreter) for path in apps)
    if not found:
        raise BuildError("no app was named: name the app's file, such as app.py.")
    folders = []
    for path in includes:
        full = path.expanduser().resolve()
        if not full.is_dir():
            raise AppNotFoundError(f"the included folder {path} does not exist.")
        folders.append(Include(full, read_folder_settings(full)))
    check_names(found, [include.folder for include in folders])
    packages = Packages(interpreter, progress=shown, refresh=refresh)
    return Plan(found, tuple(folders), interpreter, packages, shown)


class Site:
    """The files of a site made after a :class:`Plan`.

    With ``dev`` true pages ask for reloads and never register a service worker; with
    ``offline`` false they don't register one either. With ``prerender`` true each page shows
    its app's first view before Python is up; ``notes`` then says for which it could not be.
    With *base*, the path that the site will be served under, pages name their files by it
    and can be the answer for any address below an app; without, they work under any path.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        dev: bool = False,
        offline: bool = True,
        prerender: bool = False,
        base: str | None = None,
    ) -> None:
        self.plan = plan
        self._base = base
        self._left_out: list[str] = []
        self._unseen: list[str] = []
        self._prerender = prerender
        self._dev = dev
        self._offline = offline and not dev

    def files(self) -> Files:
        """Return every file, its apps as they are on the disk now, in the order of paths.

        Raises ``PackageError``, ``BuildError``, ``ConfigError`` or ``ToolMissingError``.
        """
        files = {**self.shared, **self.app_files()}
        if self._prerender:
            files.update(self._pages_with_views(files))
            self._leave_unused(files)
        if self._base is not None and self.plan.app_folders() == [""]:
            # Hosts without rules (GitHub Pages) answer with it for what they have not.
            files["404.html"] = files["index.html"]
        if self._offline:
            files = with_worker(files, self.plan.app_folders())
        else:
            files["sw.js"] = removing_worker()
        if not self._dev:
            files.update(host_files(files, self.policy, self._base))
            if self._base is not None:
                files.update(redirects(self._base, self.plan.app_folders()))
            # It hashes every file, which would slow each reload.
            files[MARKER] = made(self._description(files))
        return dict(sorted(files.items()))

    @property
    def notes(self) -> list[str]:
        """What the user should read of the files that were made last: what is not in them."""
        return [*self._left_out, *self._unseen]

    @property
    def policy(self) -> str:
        """The policy for a server to send with every file: what any of the pages needs."""
        return content_policy(settings.app.hosts for _, settings in self._asking())

    @cached_property
    def shared(self) -> Files:
        """What does not change while an app is edited: interpreter, packages, client."""
        files = {f"_tempest/{name}": content for name, content in self._python[0].items()}
        if self.plan.includes:
            stock = stock_files(self.plan.interpreter, self.resolution)
            files.update({f"_tempest/pyodide/{name}": content for name, content in stock.items()})
        files.update(self._client[1])
        files["_tempest/runtime.json"] = made(self._runtime())
        files[OFFLINE_PAGE] = made(offline_page(self._client[0]))
        files.update(our_icons().files)
        return files

    @cached_property
    def _python(self) -> tuple[Files, dict[str, Any]]:
        """The page's Python, and what it says of itself."""
        return PageFiles(
            self.plan.interpreter,
            self.resolution,
            keep=frozenset(name for _, settings in self._asking() for name in settings.app.keep),
            imported=frozenset() if self._dev else self._imported(),
            dev=self._dev,
            progress=self.plan.progress,
        ).make()

    def _imported(self) -> frozenset[str]:
        """What the apps, and Python files in included folders, import."""
        found: set[str] = set()
        for rules in self.plan.rules():
            for name, path in rules.select().files.items():
                if name.endswith(".py"):
                    found |= imports_of(path.read_bytes())
        return frozenset(found)

    @cached_property
    def resolution(self) -> Resolution:
        """The packages of all apps and included folders."""
        demands, local = [], []
        for by, settings in self._asking():
            demands += [Demand(requirement, by) for requirement in settings.requirements]
            local += [(path, by) for path in settings.wheels]
        return self.plan.packages.find(demands, local)

    def app_files(self) -> Files:
        """Return the apps, their pages and the included folders, as they are now."""
        plan, assets = self.plan, self._client[0]
        files: Files = {}
        self._left_out = []
        single = len(plan.apps) == 1
        for app in plan.apps:
            files.update(self._one_app(app, assets, "" if single else f"{app.name}/"))
        for include in plan.includes:
            for name, content in self._published(include.rules).items():
                files[f"{include.name}/{name}"] = content
        if not single:
            files["index.html"] = made(self._list(files))
        return files

    def _one_app(self, app: AppFolder, assets: Assets, place: str) -> Files:
        icons = icons_of(app)
        files = dict(icons.files)
        files |= [assets.style_sheet()]
        files[f"{place}index.html"] = made(self._page(app, icons, place))
        files[f"{place}manifest.webmanifest"] = made(manifest(app, icons, up=self._up(place)))
        own_files = self._published(app.rules)
        for name, content in own_files.items():
            files[f"apps/{app.name}/{name}"] = content
        described: dict[str, Any] = {
            "name": app.name,
            "title": app.title,
            "module": app.module,
            "files": list(own_files),
            "packages": self._packages_of([app.settings]),
        }
        if not self._dev:
            # In development a file may be newer than the list of hashes that it came with.
            described["hashes"] = {name: file.integrity for name, file in own_files.items()}
        if DESCRIPTION in own_files:
            raise BuildError(f"{app.folder / DESCRIPTION}: the build needs this name: rename it.")
        files[f"apps/{app.name}/{DESCRIPTION}"] = made(_json(described))
        return files

    def _published(self, rules: Rules) -> Files:
        selected = rules.select()
        self._left_out += selected.notes()
        return {name: copied(path) for name, path in selected.files.items()}

    def _page(self, app: AppFolder, icons: Icons, place: str, view: View | None = None) -> str:
        return app_page(
            app,
            self._client[0],
            icons,
            up=self._up(place),
            here="./" if self._base is None else self._base + place,
            dev=self._dev,
            offline=self._offline,
            view=view,
        )

    def _up(self, place: str) -> str:
        """Return what leads from the pages in *place* to the site's root."""
        return self._base or ("../" if place else "./")

    def views(self, files: Files) -> list[tuple[AppFolder, View | NoView]]:
        """Return the first view of each app that wants one, by Python and apps in *files*."""
        places = dict(
            zip((app.name for app in self.plan.apps), self.plan.app_folders(), strict=True)
        )
        apps = [app for app in self.plan.apps if app.settings.app.prerender]
        wanted = [
            Wanted(f"apps/{app.name}", app.settings.app.lang, self._up(places[app.name]))
            for app in apps
        ]
        found = prerender(files, self._client[0].worker, wanted)
        return list(zip(apps, found, strict=True))

    def _pages_with_views(self, files: Files) -> Files:
        """Render the first views by the files of Python and the apps among *files*."""
        places = dict(
            zip((app.name for app in self.plan.apps), self.plan.app_folders(), strict=True)
        )
        found: Files = {}
        self._unseen = []
        for app, view in self.views(files):
            place = places[app.name]
            if isinstance(view, View):
                found |= [self._client[0].style_sheet(view.page.css)]
                found[f"{place}index.html"] = made(self._page(app, icons_of(app), place, view))
            else:
                self._unseen.append(f"{app.file}: {view}")
        return found

    def _leave_unused(self, files: Files) -> None:
        """Drop the style sheet of pages without rules of their own, when there are none."""
        path, _ = self._client[0].style_sheet()
        pages = [files[f"{place}index.html"].read() for place in self.plan.app_folders()]
        if all(path.encode() not in page for page in pages):
            del files[path]

    def _asking(self) -> Iterable[tuple[str, Settings]]:
        for app in self.plan.apps:
            yield str(app.file), app.settings
        for include in self.plan.includes:
            yield str(include.folder), include.settings

    def _packages_of(self, settings: Iterable[Settings]) -> list[str]:
        names = [own.NAME]
        for one in settings:
            names += [canonicalize_name(requirement.name) for requirement in one.requirements]
            names += [path.name.split("-")[0] for path in one.wheels]
        known = [name for name in map(canonicalize_name, names) if name in self.resolution.wheels]
        return self.resolution.closure(known)

    @cached_property
    def _client(self) -> tuple[Assets, Files]:
        return page_assets(self._described_worker)

    def _described_worker(self, script: bytes) -> bytes:
        described = self._python[1]
        wanted = not self._dev and all(settings.app.snapshot for _, settings in self._asking())
        # Whatever may change what is in memory: every file of Python, and what starts it.
        key = digest(json.dumps(described, sort_keys=True).encode() + script) if wanted else None
        return _with_description(script, {**described, "snapshot": key})

    def _runtime(self) -> str:
        assets = self._client[0]
        described = {
            "version": own.our_version(),
            "pyodide_version": self.plan.interpreter.version,
            "packages": self._packages_of(app.settings for app in self.plan.apps),
            "boot": assets.boot.removeprefix("_tempest/"),
            "client": assets.client.removeprefix("_tempest/"),
            "worker": assets.worker.removeprefix("_tempest/"),
            "base": assets.base_css.removeprefix("_tempest/"),
            "theme": assets.theme_css.removeprefix("_tempest/"),
        }
        return _json(described)

    def _list(self, files: Files) -> str:
        entries = [(f"./{app.name}/", app.title, app.description) for app in self.plan.apps]
        for include in self.plan.includes:
            if f"{include.name}/index.html" in files:
                config = include.settings.app
                title = config.title or include.name
                entries.append((f"./{quote(include.name)}/", title, config.description or ""))
        return list_page("Apps", entries, self._client[0], our_icons())

    def _description(self, files: Files) -> str:
        hashes = {path: content.sha256 for path, content in sorted(files.items())}
        return _json(
            {
                "made_by": "tempestweb",
                "version": own.our_version(),
                "apps": self.plan.app_folders(),
                "base": self._base,
                "policy": self.policy,
                "files": hashes,
            }
        )


_PLACE = b'"%tempestweb-built%"'


def _with_description(script: bytes, description: dict[str, Any]) -> bytes:
    """Write *description* into the script that starts Python, which then asks for nothing."""
    if script.count(_PLACE) != 1:
        raise BuildError(f"worker.js has no place {_PLACE.decode()}: bundle it again.")
    text = json.dumps(description, separators=(",", ":"), sort_keys=True)
    return script.replace(_PLACE, text.encode())


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
