#!/bin/sh
# Makes dist/tempestweb_wasm-…-py3-none-any.whl with the browser client in it, audits it, prints
# its sizes, and writes dist/pyodide-lock.json for it and its dependencies (in dist/wheels).
# The same sources give the same bytes.
set -eu
cd "$(dirname "$0")"
scripts/setup.sh
PATH="$PWD/.venv/bin:$PATH"
# A fixed time, so that a wheel says nothing about when it was made.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600}
export PATH SOURCE_DATE_EPOCH

echo "wheel: bundling the client"
rm -rf dist tempestweb_wasm/_client
npm run --silent bundle

echo "wheel: building"
# Without an environment of its own: hatchling is in .venv, so that this works offline too.
python -m build --wheel --no-isolation --outdir dist . >.venv/build.log 2>&1 || {
    cat .venv/build.log >&2
    rm -f .venv/build.log
    exit 1
}
rm -f .venv/build.log

.venv/audit/bin/python scripts/audit_wheel.py dist/*.whl
python -m scripts.wheel_sizes dist/*.whl
python -m scripts.lock_wheel dist/*.whl
