"""The README's example is an app, and its test passes, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def test_the_example_and_its_test_run() -> None:
    text = Path("README.md").read_text(encoding="utf-8")
    app, test = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)[:2]
    space: dict[str, Any] = {"__name__": __name__}
    exec(app, space)
    exec(test, space)
    assert "Client" in space
