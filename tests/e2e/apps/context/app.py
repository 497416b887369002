"""Shows where and for whom it was opened."""

from __future__ import annotations

from tempestweb_wasm import App, Column, Context, Text, Widget


def make_state(ctx: Context) -> Context:
    return ctx


def view(app: App[Context]) -> Widget:
    context = app.state
    query = "&".join(f"{name}={value}" for name, value in sorted(context.query.items()))
    return Column(
        children=[
            Text(content=f"path {context.path}"),
            Text(content=f"query {query}"),
            Text(content=f"locale {context.locale}"),
        ]
    )
