"""``python -m tempestweb_wasm.cli``, for where the command is not on the PATH."""

from tempestweb_wasm.cli.commands import main

main()
