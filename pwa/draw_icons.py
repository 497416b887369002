"""Draws the icons: one picture, as SVG and as PNGs in the sizes that systems ask for.

    python pwa/draw_icons.py

Run after the picture changes; the results are committed. The picture is a bolt on a
rounded tile. Each pixel of a PNG is the mean of 16 samples, which is all the
smoothing that straight edges need; nothing but the standard library is used.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

# In a box of 24 × 24, as our other icons.
BOLT = ((13.4, 3.6), (6.2, 13.6), (11.2, 13.6), (10.0, 20.4), (17.8, 9.8), (12.7, 9.8))
CORNER = 5.4
TOP, BOTTOM = (92, 124, 250), (48, 63, 206)
WHITE = (255, 255, 255)
SAMPLES = 4

Colour = tuple[int, int, int]


def main() -> None:
    """Write every icon into the folder ``icons`` beside this file."""
    folder = Path(__file__).parent / "icons"
    folder.mkdir(exist_ok=True)
    (folder / "icon.svg").write_text(svg(), encoding="utf-8")
    for size in (192, 512):
        (folder / f"icon-{size}.png").write_bytes(png(size, CORNER, 1.0))
    # Systems cut a maskable icon to their own shape: the picture stays in the middle 80 %.
    (folder / "maskable-512.png").write_bytes(png(512, 0.0, 0.74))
    (folder / "touch-180.png").write_bytes(png(180, 0.0, 0.9))


def svg() -> str:
    """Return the picture as SVG."""
    path = "M" + "L".join(f"{x} {y}" for x, y in BOLT) + "z"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        '<linearGradient id="g" x1="0" y1="0" x2="0" y2="1">'
        f'<stop stop-color="rgb{TOP}"/><stop offset="1" stop-color="rgb{BOTTOM}"/>'
        f'</linearGradient><rect width="24" height="24" rx="{CORNER}" fill="url(#g)"/>'
        f'<path fill="#fff" d="{path}"/></svg>\n'
    )


def png(size: int, corner: float, scale: float) -> bytes:
    """Return the picture as a PNG of *size* pixels, the bolt scaled by *scale*."""
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        for x in range(size):
            rows += pixel(x, y, size, corner, scale)
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pixel(x: int, y: int, size: int, corner: float, scale: float) -> bytes:
    """Return red, green, blue and alpha of one pixel."""
    tile = bolt = 0
    for i in range(SAMPLES):
        for j in range(SAMPLES):
            u = (x + (i + 0.5) / SAMPLES) * 24 / size
            v = (y + (j + 0.5) / SAMPLES) * 24 / size
            if in_tile(u, v, corner):
                tile += 1
                bolt += in_bolt((u - 12) / scale + 12, (v - 12) / scale + 12)
    if not tile:
        return b"\0\0\0\0"
    share, white = y / size, bolt / tile
    ground = [top + (bottom - top) * share for top, bottom in zip(TOP, BOTTOM, strict=True)]
    mixed = [round(g + (w - g) * white) for g, w in zip(ground, WHITE, strict=True)]
    return bytes([*mixed, round(255 * tile / SAMPLES**2)])


def in_tile(x: float, y: float, corner: float) -> bool:
    """Say whether a point is on the tile."""
    dx = max(corner - x, x - (24 - corner), 0.0)
    dy = max(corner - y, y - (24 - corner), 0.0)
    return dx * dx + dy * dy <= corner * corner or not (dx or dy)


def in_bolt(x: float, y: float) -> bool:
    """Say whether a point is on the bolt: a ray from it crosses the outline an odd number."""
    inside = False
    for (x1, y1), (x2, y2) in zip(BOLT, (*BOLT[1:], BOLT[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


if __name__ == "__main__":
    main()
