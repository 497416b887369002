#!/bin/sh
# What `make setup` runs: finds a Python that is new enough and hands over to scripts/setup.py.
set -eu
cd "$(dirname "$0")/.."
for python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" -m scripts.setup "$@"
    fi
done
found=$("${PYTHON:-python3}" --version 2>&1) || found="no python3"
echo "setup: Python 3.11 or newer is needed, and here is $found: install one and run 'make setup' again (or 'make setup PYTHON=/path/to/python3')." >&2
exit 1
