"""Makes a screenshot small: the 256 colours it uses most, one byte for each pixel; it shrinks to about 40 %."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

COLOURS = 256
#: The browser that took the picture can also unpack it.
_UNPACK = """async (png) => {
  const blob = await (await fetch("data:image/png;base64," + png)).blob();
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [bitmap.width, bitmap.height, btoa(text)];
}"""


def shrink(png: bytes, blank: Page) -> bytes:
    """Return the picture with at most 256 colours.

    Args:
        png: A picture without transparency.
        blank: A page of the browser without a policy against scripts, such as about:blank.
    """
    width, height, packed = blank.evaluate(_UNPACK, base64.b64encode(png).decode())
    pixels = np.frombuffer(base64.b64decode(packed), np.uint8).reshape(height, width, 4)[:, :, :3]
    palette, places = reduce_colours(pixels)
    return to_png(palette, places)


def reduce_colours(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the most used colours (up to 256, 3) and for each pixel the place of the nearest of them."""
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    used, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([used >> 16, (used >> 8) & 255, used & 255], axis=1).astype(np.int32)
    palette = colours[np.argsort(-counts, kind="stable")[:COLOURS]]
    nearest = np.argmin(((colours[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2), axis=1)
    return palette.astype(np.uint8), nearest[inverse].astype(np.uint8).reshape(pixels.shape[:2])


def to_png(palette: NDArray[np.uint8], places: NDArray[np.uint8]) -> bytes:
    """Write a PNG with a palette: 8 bits for each pixel, rows unfiltered, which suits flat colours best."""
    height, width = places.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), places]).tobytes()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", palette.tobytes())
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
