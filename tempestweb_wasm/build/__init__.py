"""The bundler: from the folder of an app to a folder that any static host can serve."""
