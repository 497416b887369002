"""Telling the user what a long step is at, on a terminal and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console


class Progress(Protocol):
    """What the steps of a build tell about themselves."""

    def note(self, text: str) -> None:
        """Say something that the user should read once."""

    def step(self, text: str) -> None:
        """Say what is being done now."""


class Silent:
    """Says nothing: for tests, and for callers that have no terminal."""

    def note(self, text: str) -> None:
        """Drop *text*."""

    def step(self, text: str) -> None:
        """Drop *text*."""


class Terminal:
    """Shows the current step beside a spinner; a pipe or a log gets only the notes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("Starting", spinner="dots")

    def note(self, text: str) -> None:
        """Print *text* above the spinner."""
        self._console.print(text, markup=False, highlight=False)

    def step(self, text: str) -> None:
        """Show *text* beside the spinner."""
        self._status.update(text)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Show the spinner while the block runs, when there is a terminal."""
        if not self._console.is_terminal:
            yield
            return
        with self._status:
            yield
