"""What a first visit of the counter downloads, file by file: the table in docs/performance.md.

``python -m bench.download`` writes it; Brotli at its highest level takes a minute.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.paths import ROOT
from bench.setup import node
from tempestweb_wasm.build.files import Content, Files
from tempestweb_wasm.build.python import PACKED_WASM, twin_of
from tempestweb_wasm.build.site import Site, make_plan

DOCS = ROOT / "docs" / "performance.md"
BLOCK = re.compile(r"<!-- bench:download -->\n(.*?)<!-- /bench:download -->", re.DOTALL)
_HASH = re.compile(r"-[0-9a-f]{10}(?=\.)")
# Node has Brotli; Python's standard library does not.
_SIZES = """
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
const sizes = process.argv.slice(2).map((path) => {
  const data = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return [gzipSync(data, { level: 9 }).length, brotliCompressSync(data, { params }).length];
});
console.log(JSON.stringify(sizes));
"""


def first_visit() -> dict[str, tuple[Content, Content]]:
    """Return the files by their names without hashes: as a page loads them, and packed.

    The second is what comes from a host that compresses nothing.
    """
    site = Site(make_plan([ROOT / "demo" / "counter" / "app.py"]))
    files: Files = site.files()
    skipped = ("_tempest/boot.js", "_tempest/build.json", "_tempest/runtime.json", "_headers")
    found = {}
    for name, content in files.items():
        is_page = name.startswith(("_tempest/", "apps/")) or name == "index.html"
        if is_page and name not in skipped and not name.endswith(PACKED_WASM):
            twin = files.get(twin_of(name), content)
            found[_HASH.sub("", name)] = (content, twin)
    return found


def table(files: dict[str, tuple[Content, Content]]) -> str:
    """Return the sizes in KB as a table, the largest first."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(files))]
        for path, (content, _) in zip(paths, files.values(), strict=True):
            path.write_bytes(content.read())
        script = Path(folder) / "sizes.mjs"
        script.write_text(_SIZES, encoding="utf-8")
        command = [node(), str(script), *map(str, paths)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [
        (name, content.size, twin.size, *packed)
        for (name, (content, twin)), packed in zip(files.items(), json.loads(said), strict=True)
    ]
    rows.sort(key=lambda row: -row[1])
    rows.append(("together", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    lines = ["| file | raw | uncompressed host | gzip 9 | Brotli 11 |", "| --- |" + " --: |" * 4]
    for name, *sizes in rows:
        lines.append(f"| {name} | " + " | ".join(f"{size / 1000:,.1f}" for size in sizes) + " |")
    return "\n".join(lines)


def main() -> None:
    """Write the table between its markers."""
    text = DOCS.read_text(encoding="utf-8")
    if not BLOCK.search(text):
        sys.exit(f"{DOCS} has no place for the table")
    block = f"<!-- bench:download -->\n{table(first_visit())}\n<!-- /bench:download -->"
    DOCS.write_text(BLOCK.sub(lambda _: block, text), encoding="utf-8")


if __name__ == "__main__":
    main()
