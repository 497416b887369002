"""The same apps on a server: sessions in this process, clients far away."""
