"""What a host counts, as Prometheus reads it. Each process tells of itself alone."""

from __future__ import annotations

from collections.abc import Sized
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from starlette.responses import Response

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.pages = Histogram(
            "tempest_page_seconds",
            "Time from the request for a page to its HTML",
            buckets=_SECONDS,
            registry=registry,
        )
        self.opened = Counter(
            "tempest_connections_opened_total",
            "Connections let in, by transport and by the session they got",
            ["transport", "session"],
            registry=registry,
        )
        self.refused = Counter(
            "tempest_refused_total",
            "Pages and connections refused, by HTTP status",
            ["status"],
            registry=registry,
        )
        self.frames = Counter(
            "tempest_frames_received_total", "Frames from clients", registry=registry
        )
        self._sessions = Gauge(
            "tempest_sessions",
            "Sessions in this process: live, detached, or not yet adopted (pages)",
            ["pool"],
            registry=registry,
        )

    def watch(self, **pools: Sized) -> None:
        """Tell how many sessions are in each of *pools* whenever somebody asks."""
        for name, pool in pools.items():
            self._sessions.labels(name).set_function(partial(_size, pool))

    def response(self) -> Response:
        """Return all of it as text."""
        body = generate_latest(self._registry)
        return Response(
            body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )


def _size(pool: Sized) -> float:
    return float(len(pool))
