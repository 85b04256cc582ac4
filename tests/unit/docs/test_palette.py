"""Pictures of the docs with few colours."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from docs.pictures.palette import COLOURS, reduce_colours, to_png


def test_few_colours_are_kept_as_they_are() -> None:
    pixels = np.array([[[1, 2, 3], [250, 0, 9]], [[1, 2, 3], [1, 2, 3]]], np.uint8)
    palette, places = reduce_colours(pixels)
    assert (palette[places] == pixels).all()
    assert palette[0].tolist() == [1, 2, 3]


def test_many_colours_become_the_nearest_of_the_most_used() -> None:
    often = [[value, 0, 0] for value in range(256)] * 2
    seldom = [[value, 1, 0] for value in range(256)]
    pixels = np.array([often + seldom], np.uint8)
    palette, places = reduce_colours(pixels)
    assert len(palette) == COLOURS
    assert (palette[places][:, :, 0] == pixels[:, :, 0]).all()


def test_the_file_holds_palette_and_rows() -> None:
    png = to_png(np.array([[0, 0, 0], [255, 255, 255]], np.uint8), np.array([[0, 1, 1]], np.uint8))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBB", png[16:26]) == (3, 1, 8, 3)
    assert png[png.index(b"PLTE") + 4 :][:6] == b"\0\0\0\xff\xff\xff"
    at = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    assert zlib.decompress(png[at + 4 : at + 4 + length]) == b"\0\0\1\1"
