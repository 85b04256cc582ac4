"""Checked copies of pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.domain.articles import MediaFile
from portal.domain.errors import SetupError
from portal.storage.articles_folder import read_articles_folder
from portal.storage.media_folder import MediaFolder
from tests.content_samples import SVG, png, write_files


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_files(tmp_path / "articles", {"media/box.svg": SVG, "media/deep/a.png": png()})


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "instance" / "media")


def media_in(articles: Path) -> tuple[MediaFile, ...]:
    return read_articles_folder(articles).media


def test_pictures_are_copied_once(articles: Path, folder: MediaFolder) -> None:
    assert folder.copy_in(articles, media_in(articles)) == ("box.svg", "deep/a.png")
    assert folder.copy_in(articles, media_in(articles)) == ()
    found = folder.find("deep/a.png")
    assert found is not None
    assert found.is_absolute()
    assert found.read_bytes() == png()


def test_a_changed_picture_is_copied_again(articles: Path, folder: MediaFolder) -> None:
    folder.copy_in(articles, media_in(articles))
    write_files(articles, {"media/deep/a.png": png(9, 9)})
    assert folder.copy_in(articles, media_in(articles)) == ("deep/a.png",)


def test_a_lost_copy_is_made_again(articles: Path, folder: MediaFolder) -> None:
    folder.copy_in(articles, media_in(articles))
    found = folder.find("box.svg")
    assert found is not None
    found.unlink()
    assert folder.find("box.svg") is None
    assert folder.copy_in(articles, media_in(articles)) == ("box.svg",)


def test_pictures_nobody_wants_any_more_go(articles: Path, folder: MediaFolder) -> None:
    folder.copy_in(articles, media_in(articles))
    (articles / "media/box.svg").unlink()
    assert folder.remove_others(media_in(articles)) == ("box.svg",)
    assert folder.find("box.svg") is None
    assert folder.find("deep/a.png") is not None
    assert folder.remove_others(media_in(articles)) == ()


@pytest.mark.parametrize(
    "path", ["", ".", "..", "../portal.sqlite3", ".manifest.json", "deep", "/etc/passwd", "a\0b", "deep/../box.svg"]
)
def test_only_pictures_are_found(articles: Path, folder: MediaFolder, path: str) -> None:
    folder.copy_in(articles, media_in(articles))
    assert folder.find(path) is None


def test_a_picture_that_changed_since_it_was_checked_waits(articles: Path, folder: MediaFolder) -> None:
    media = media_in(articles)
    write_files(articles, {"media/box.svg": b"<script>alert(1)</script>"})
    assert folder.copy_in(articles, media) == ("deep/a.png",)
    assert folder.find("box.svg") is None


def test_a_folder_that_cannot_be_written(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(SetupError, match="cannot be copied"):
        MediaFolder(tmp_path / "taken").copy_in(articles, media_in(articles))


def test_a_broken_manifest_only_means_copying_again(articles: Path, folder: MediaFolder, tmp_path: Path) -> None:
    folder.copy_in(articles, media_in(articles))
    (tmp_path / "instance/media/.manifest.json").write_text("{broken")
    assert folder.find("box.svg") is None
    assert folder.copy_in(articles, media_in(articles)) == ("box.svg", "deep/a.png")
