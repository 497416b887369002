"""The engine: widgets, the mounted tree, the reconciler and the app. It does no I/O."""
