"""The demos on a server: the same files, and the same tests, as in the browser."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import ModuleType

import pytest

from tests.e2e import test_counter, test_form, test_table, test_todo
from tests.e2e.building import demo
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import Hosted
from tests.e2e.live import LivePage
from tests.e2e.pages import AppPage
from tests.e2e.watch import Watch

table = test_table.table


@pytest.fixture(scope="module")
def hosted() -> Iterator[Callable[[str], Hosted]]:
    """Start a demo's server when it is first asked for."""
    with ExitStack() as stack:
        started: dict[str, Hosted] = {}

        def host(name: str) -> Hosted:
            if name not in started:
                started[name] = stack.enter_context(Hosted(demo(name)))
            return started[name]

        yield host


@pytest.fixture
def open_demo(
    visitor: Visitor, hosted: Callable[[str], Hosted]
) -> Callable[..., tuple[AppPage, Watch]]:
    """Open a demo by name, as the fixture of the same name does that the tests were made for."""

    def open_it(name: str, **options: object) -> tuple[AppPage, Watch]:
        visit = visitor(**options)
        LivePage.at(visit.page, hosted(name).url)
        return AppPage(visit.page, hosted(name).url), visit.watch

    return open_it


def _adopt(module: ModuleType) -> None:
    """Let the tests of *module* be tests of this one, if they need no static host."""
    for name, test in vars(module).items():
        if name.startswith("test_") and "served" not in inspect.signature(test).parameters:
            globals()[f"{name}_{module.__name__.rpartition('_')[2]}"] = test


for _module in (test_counter, test_todo, test_form, test_table):
    _adopt(_module)
