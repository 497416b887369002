"""The routes of a host that are no pages and no files."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Path, Query, Request
from fastapi.responses import Response

from tempestweb_wasm.server.assets import PLACE
from tempestweb_wasm.server.host import Host
from tempestweb_wasm.server.sse import Streams
from tempestweb_wasm.transports.opening import Opening

_ERROR = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"detail": {}},
                "required": ["detail"],
            }
        }
    }
}
_OTHERS = ["DELETE", "HEAD", "OPTIONS", "PATCH", "PUT", "TRACE"]
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_EVENT = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("data", "event", "id")},
    "required": ["data"],
}
# Each of its events is an item, as FastAPI describes streams of its own.
_STREAM = {"content": {"text/event-stream": {"itemSchema": _EVENT}}}
_FRAME: dict[str, Any] = {"type": "object"}
_FRAMES = {"anyOf": [_FRAME, {"type": "array", "items": _FRAME}]}
_OPENING = Opening.model_json_schema()

_PIECE: dict[str, Any] = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"error": {"type": "string"}},
                "required": ["error"],
            }
        },
    },
}

_REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, **_ERROR}
    for code, text in {
        401: "Nobody is signed in",
        403: "Not from here, or not for this visitor",
        404: "No such session here",
        413: "More than a frame may have",
        415: "Not JSON",
        422: "Not what is asked for",
        429: "Too much at once",
        503: "Come later",
    }.items()
}


def add_routes(app: FastAPI, host: Host) -> None:
    """Add the routes of *host* to *app*."""
    app.add_api_websocket_route("/ws", host.socket, name="tempest-ws")
    _add_streams(app, Streams(host))
    _add_uploads(app, host)

    @app.get("/health", name="tempest-health", responses={503: {"description": "It is to stop"}})
    async def health() -> Response:
        """Whether this process takes visitors."""
        return await host.health()

    @app.get("/metrics", name="tempest-metrics", responses={200: _TEXT}, response_class=Response)
    async def metrics() -> Response:
        """What this process counts, for Prometheus."""
        return host.metrics.response()


def _add_streams(app: FastAPI, streams: Streams) -> None:
    @app.get("/sse", name="tempest-sse", responses={200: _STREAM, **_REFUSALS})
    async def resume_stream(
        request: Request,
        session: Annotated[str, Query(max_length=128)] = "",
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> Response:
        """Open a stream as EventSource does: a new session's, or that of an earlier one."""
        return await streams.resume(request, session, last_event_id)

    @app.post(
        "/sse",
        name="tempest-sse-open",
        responses={200: _STREAM, **_REFUSALS},
        openapi_extra={"requestBody": _json(_OPENING)},
    )
    async def open_stream(request: Request) -> Response:
        """Open a stream with an opening as JSON, as the browser client does."""
        return await streams.open(request)

    # Each route above knows of its own method only.
    @app.api_route("/sse", methods=_OTHERS, include_in_schema=False)
    async def other() -> Response:
        raise HTTPException(405, headers={"Allow": "GET, POST"})

    @app.post(
        "/sse/{session}",
        name="tempest-sse-send",
        status_code=204,
        responses=_REFUSALS,
        openapi_extra={"requestBody": _json(_FRAMES)},
    )
    async def send(request: Request, session: Annotated[str, Path(max_length=128)]) -> Response:
        """Take a JSON array of frames from the client of a stream."""
        return await streams.send(request, session)


def _add_uploads(app: FastAPI, host: Host) -> None:
    @app.post(
        f"/{PLACE}upload/{{session}}/{{call}}",
        name="tempest-upload",
        status_code=204,
        responses=_REFUSALS,
        openapi_extra={"requestBody": _PIECE},
    )
    async def upload(
        request: Request,
        session: Annotated[str, Path(max_length=128)],
        call: Annotated[int, Path(ge=0)],
    ) -> Response:
        """Take the piece of a picked file that frame *call* asked for."""
        return await host.upload(request, session, call)


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
