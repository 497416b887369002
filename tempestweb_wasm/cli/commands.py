"""The commands and their options; what they do is in the modules beside this one."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from tempestweb_wasm.build.wheel import our_version
from tempestweb_wasm.errors import RuntimeSetupError, TempestError

app = typer.Typer(
    name="tempestweb",
    help="Web apps written in Python that run in the browser.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Mode(StrEnum):
    """Where an app's Python runs."""

    WASM = "wasm"
    SERVER = "server"


ModeOption = Annotated[
    Mode, typer.Option(help="Where Python runs: in the browser, or on a server.")
]
HostOption = Annotated[str, typer.Option(help="The address to listen on.")]
IncludeOption = Annotated[
    list[Path] | None,
    typer.Option("--include", help="A folder of plain pages to take along. May be repeated."),
]
RefreshOption = Annotated[
    bool, typer.Option("--refresh", help="Look for newer versions of packages now.")
]

PrerenderOption = Annotated[
    bool, typer.Option(help="Show the first view before Python is up, rendered now.")
]


def main() -> None:
    """Run the command line; an error of ours is told in one message, without a traceback."""
    try:
        app()
    except TempestError as error:
        _fail(f"error[{error.code}]: {error}")
    except OSError as error:
        # A disk that is full, a folder that may not be read: the message names it.
        _fail(f"error: {error}")


def _fail(text: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(text, style="red", markup=False, highlight=False)
    sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tempestweb {our_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Web apps written in Python that run in the browser."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
) -> None:
    """Make the folder of a small app that works."""
    from tempestweb_wasm.cli.new import make_app

    made = make_app(folder)
    typer.echo(f"{made} is ready. Next: tempestweb dev {made / 'app.py'}")


@app.command()
def dev(
    apps: Annotated[list[Path], typer.Argument(help="The app's file, or several.")],
    mode: ModeOption = Mode.WASM,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on, 0 for any.")] = 8000,
    include: IncludeOption = None,
) -> None:
    """Serve an app while you write it: an edit reloads the page."""
    console = Console(soft_wrap=True)
    if mode is Mode.SERVER:
        from tempestweb_wasm.cli.serving import run_server_dev, the_app

        run_server_dev(the_app(apps, include or []), host=host, port=port, console=console)
        return
    from tempestweb_wasm.cli.dev import run_dev

    run_dev(apps, include or [], host=host, port=port, console=console)


@app.command()
def build(
    apps: Annotated[list[Path], typer.Argument(help="The app's file, or several.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("dist"),
    mode: ModeOption = Mode.WASM,
    include: IncludeOption = None,
    refresh: RefreshOption = False,
    offline: Annotated[
        bool,
        typer.Option(help="Write a service worker, or one that removes an earlier build's."),
    ] = True,
    prerender: PrerenderOption = True,
    base: Annotated[
        str | None,
        typer.Option(
            help="The path that it will be served under, such as /shop/: then addresses of any "
            "depth below an app work at the first visit, too. Without, it fits any path."
        ),
    ] = None,
) -> None:
    """Write a folder that any static host can serve, under any path."""
    from tempestweb_wasm.cli.building import run_build
    from tempestweb_wasm.cli.running import base_path

    if mode is Mode.SERVER:
        raise RuntimeSetupError(
            "a server needs no build: start it with tempestweb run --mode server, or with "
            "uvicorn and create_app."
        )
    run_build(
        apps,
        include or [],
        out=out,
        refresh=refresh,
        offline=offline,
        prerender=prerender,
        base=None if base is None else base_path(base),
        console=Console(),
    )


@app.command()
def run(
    what: Annotated[list[Path], typer.Argument(help="A built folder, or an app's file.")],
    mode: ModeOption = Mode.WASM,
    host: HostOption = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(help="The port to listen on, 0 for any [8080; 8000 in server mode]."),
    ] = None,
    include: IncludeOption = None,
    base: Annotated[str, typer.Option(help="The path to serve under, such as /sub/.")] = "/",
    offline: Annotated[
        bool, typer.Option(help="Let the pages install a service worker, or remove one.")
    ] = True,
) -> None:
    """Serve a built folder, or an app, in either mode."""
    from tempestweb_wasm.cli.running import base_path, run_site

    console = Console(soft_wrap=True)
    if mode is Mode.SERVER:
        from tempestweb_wasm.cli.serving import run_server, the_app

        app = the_app(what, include or [])
        run_server(
            app,
            host=host,
            port=8000 if port is None else port,
            base=base_path(base),
            console=console,
        )
        return
    run_site(
        what,
        include or [],
        host=host,
        port=8080 if port is None else port,
        base=base,
        offline=offline,
        console=console,
    )


@app.command()
def check(
    apps: Annotated[list[Path], typer.Argument(help="The app's file, or several.")],
) -> None:
    """Import an app in plain Python and render its first view."""
    from tempestweb_wasm.cli.check import check_app

    failed = False
    for path in apps:
        problems = check_app(path)
        failed = failed or bool(problems)
        for problem in problems:
            typer.echo(problem, err=True)
        if not problems:
            typer.echo(f"{path}: no problem found")
    if failed:
        raise typer.Exit(1)
