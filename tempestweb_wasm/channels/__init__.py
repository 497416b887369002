"""Messages between sessions, and who is there: ``app.channel(…)`` in every mode.

A :class:`Channels` per process stands between its sessions and a :class:`Broker`, which
carries texts to the other processes.
"""

from tempestweb_wasm.channels.broker import Broker, MemoryBroker
from tempestweb_wasm.channels.rooms import Channels

__all__ = ["Broker", "Channels", "MemoryBroker"]
