#!/bin/sh
# What `make demo` runs: builds the wheel, then every demo into one folder, and serves it.
set -eu
cd "$(dirname "$0")/.."
out=build/demo
./build_wheel.sh

# A demo is an app (it has an app.py) or a folder of plain pages, which is taken along as it is.
set --
for folder in demo/*/; do
    if [ -f "${folder}app.py" ]; then
        set -- "$@" "${folder}app.py"
    elif [ -f "${folder}index.html" ]; then
        set -- "$@" --include "${folder%/}"
    fi
done
.venv/bin/tempestweb build --mode wasm --out "$out" "$@"
exec .venv/bin/tempestweb run --port "${PORT:-8080}" "$out"
