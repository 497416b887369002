"""Which paths are pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import compile_path


class Routes:
    """The pages of an app: ``/``, and the *paths* that it declares.

    A path may hold parameters as Starlette's routes do: ``"/orders/{id:int}"``,
    ``"/files/{name:path}"``. Raises ``ValueError`` for a path without a slash in front.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        for path in paths:
            if not path.startswith("/"):
                raise ValueError(f"routes=[{path!r}]: a path starts with a slash")
        self._patterns = [compile_path(path)[0] for path in ("/", *paths)]

    def __contains__(self, path: str) -> bool:
        return any(pattern.match(path) for pattern in self._patterns)
