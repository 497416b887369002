# mypy: ignore-errors
"""Everything at once, and a name that may be lacking behind a fallback."""

from tempestweb import *  # noqa: F403

try:
    from tempest_core import Skeleton
except ImportError:
    Skeleton = None


def make_state():  # noqa: ANN201
    return {"open": False}


def view(app):  # noqa: ANN001, ANN201
    state = "open" if app.state["open"] else "shut"
    return Column(  # noqa: F405
        children=[
            Text(content=f"{state}, {'lacking' if Skeleton is None else 'there'}"),  # noqa: F405
            Button(  # noqa: F405
                label="Open",
                on_click=lambda: app.set_state(lambda s: s.update(open=True)),
                key="open",
            ),
        ]
    )
