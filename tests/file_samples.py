"""Small files of many kinds, and some that are not what they say."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture that every browser shows."""
    rows = b"".join(b"\0" + b"\x2a\x6f\x97" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def archive(*names: str, first: bytes = b"") -> bytes:
    """A ZIP file with these names in it; `first` becomes the content of an entry ``mimetype`` at its beginning."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as writer:
        if first:
            writer.writestr("mimetype", first)
        for name in names:
            writer.writestr(name, "x")
    return stream.getvalue()


PNG = png()
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(120)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
