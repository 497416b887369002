"""``make bench-server``: what an app costs on a server, from outside and from inside."""
