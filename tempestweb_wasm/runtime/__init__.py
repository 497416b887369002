"""One running app: events in, frames out. No I/O, no await on a transport."""
