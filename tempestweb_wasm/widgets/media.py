"""Pictures and icons."""

from __future__ import annotations

from typing import Literal

from tempestweb_wasm import tables
from tempestweb_wasm.core.widget import Widget, widget

ImageFit = Literal["cover", "contain", "fill", "none", "scale-down"]
IconSize = Literal["sm", "md", "lg"]


@widget
class Image(Widget):
    """A picture. ``alt`` says what it shows; without one it counts as decoration.

    ``src`` is checked: relative, http, https, blob, or a ``data:`` image. ``fit`` is CSS
    ``object-fit``; ``lazy`` loads it when it comes near the screen::

        Image(src="assets/harbour.jpg", alt="The harbour at night", fit="cover", lazy=True)
    """

    src: str
    alt: str = ""
    fit: ImageFit | None = None
    lazy: bool = False


@widget
class Icon(Widget):
    """A drawn icon in the colour of the text around it.

    The names are those of ``tables/icons.json`` (``add``, ``check``, ``search``, …; the
    gallery demo shows all). ``label`` names it where it says something alone; without
    one it counts as decoration::

        Row(children=[Icon(name="check"), Text(content="Saved")])
        Icon(name="warning", label="Needs attention", size="lg")
    """

    name: str
    label: str | None = None
    size: IconSize = "md"

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        return unknown_icon("Icon.name", self.name)


def unknown_icon(prop: str, name: str) -> str | None:
    """What to say of an icon that there is not, or None."""
    icons = tables.load("icons")["icons"]
    if name in icons:
        return None
    import difflib  # only a mistake pays for the import

    near = difflib.get_close_matches(str(name), icons, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(icons))}"
    return f"{prop} is {name!r}, which is no icon; {hint}"
