"""Articles and pictures for tests, made from a few words."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.content.article_files import read_article
from portal.content.articles import ArticleRenderer
from portal.content.links import LinkMap, build_link_map
from portal.domain.articles import ArticleSource, MediaFile, RenderedArticle

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40"/></svg>'


def article(path: str = "delivery/track.md", body: str = "Text.", **front_matter: str) -> ArticleSource:
    """An article as if read from a file; values of the front matter are YAML."""
    return read_article(path, article_file(body, **front_matter).encode())


def article_file(body: str = "Text.", **front_matter: str) -> str:
    """The text of an article's file; values of the front matter are YAML."""
    keys = "".join(f"{key}: {value}\n" for key, value in front_matter.items())
    return f"---\n{keys}---\n{body}\n" if keys else body


def media(path: str, *, width: int | None = 40, height: int | None = 20, sha256: str = "a" * 64) -> MediaFile:
    """A picture that was checked."""
    return MediaFile(
        path=path,
        url_path=path.removeprefix("media/"),
        media_type="image/svg+xml",
        sha256=sha256,
        size_bytes=90,
        width=width,
        height=height,
    )


def link_map(*sources: ArticleSource, media: Iterable[MediaFile] = (), site_paths: Iterable[str] = ()) -> LinkMap:
    """The targets that these articles and pictures are."""
    return build_link_map(sources, media, site_paths=site_paths)


def render(body: str, *others: ArticleSource, path: str = "delivery/track.md", **front_matter: str) -> RenderedArticle:
    """One body rendered, beside other articles that it may link to."""
    source = article(path, body, **({"title": "Track your parcel"} | front_matter))
    return ArticleRenderer().render(source, link_map(source, *others, media=[media("media/box.svg")]))


def png(width: int = 3, height: int = 2) -> bytes:
    """A real, small, grey PNG picture."""

    def block(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", header) + block(b"IDAT", rows) + block(b"IEND", b"")


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, folders included, and return the folder."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
