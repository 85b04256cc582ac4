"""The articles folder read into one snapshot, whatever lies in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.domain.errors import SetupError
from portal.storage.articles_folder import read_articles_folder
from tests.content_samples import SVG, article_file, png, write_files


def test_articles_pictures_and_categories(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "_categories.yml": "- slug: delivery\n  title: Delivery",
            "delivery/track.md": article_file(title="Track"),
            "delivery/deep/er.markdown": "Text",
            "delivery/map.png": png(3, 2),
            "media/box.svg": SVG,
            "notes.txt": "not an article",
            "README.md": "about this folder",
            "delivery/readme.md": "an article",
        },
    )
    seen: list[tuple[str, int, int]] = []
    snapshot = read_articles_folder(tmp_path, progress=lambda *step: seen.append(step))
    assert [source.path for source in snapshot.sources] == [
        "delivery/deep/er.markdown",
        "delivery/readme.md",
        "delivery/track.md",
    ]
    assert [(item.path, item.url_path, item.media_type, item.width) for item in snapshot.media] == [
        ("delivery/map.png", "delivery/map.png", "image/png", 3),
        ("media/box.svg", "box.svg", "image/svg+xml", 40),
    ]
    assert snapshot.categories is not None
    assert [category.slug for category in snapshot.categories] == ["delivery"]
    assert snapshot.errors == ()
    assert seen[0] == ("read", 0, 6)
    assert seen[-1] == ("read", 6, 6)


def test_one_broken_file_never_stops_the_others(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.md": "---\ntitle: A\nsummary: b: c: d\n---\n",
            "b.md": b"\xff\xfe",
            "c.md": article_file(title="C"),
            "d.md": "---\naudience: everybody\n---\n",
            "e.png": SVG,
            "f.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
            "g.md": b"a" * 1_000_001,
        },
    )
    snapshot = read_articles_folder(tmp_path)
    assert [source.path for source in snapshot.sources] == ["c.md"]
    assert [(problem.path, problem.line) for problem in snapshot.errors] == [
        ("a.md", 3),
        ("b.md", 1),
        ("d.md", 2),
        ("e.png", None),
        ("f.svg", None),
        ("g.md", None),
    ]
    assert snapshot.unusable_paths == {"a.md", "b.md", "d.md", "g.md"}
    assert snapshot.media == ()
    assert str(snapshot.errors[0]).startswith("a.md:3: The YAML cannot be read")


def test_an_empty_folder_is_an_empty_snapshot(tmp_path: Path) -> None:
    snapshot = read_articles_folder(tmp_path)
    assert (snapshot.sources, snapshot.errors, snapshot.media, snapshot.categories) == ((), (), (), ())


@pytest.mark.parametrize("name", ["absent", "file.md"])
def test_a_folder_that_is_none(tmp_path: Path, name: str) -> None:
    write_files(tmp_path, {"file.md": "x"})
    with pytest.raises(SetupError, match="There is no folder"):
        read_articles_folder(tmp_path / name)


def test_hidden_and_foreign_folders_are_passed_over(tmp_path: Path) -> None:
    write_files(tmp_path, {".git/a.md": "x", "node_modules/a/b.md": "x", "a/.hidden.md": "x", "_help/b._en.md": "x"})
    assert [source.path for source in read_articles_folder(tmp_path).sources] == ["_help/b._en.md"]


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", {"secret.md": "Secret", "deep/more.md": "Secret"})
    inside = write_files(tmp_path / "inside", {"a.md": "A"})
    (inside / "secret.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside / "deep")
    (inside / "again.md").symlink_to(inside / "a.md")
    (inside / "gone.md").symlink_to(inside / "nothing.md")
    snapshot = read_articles_folder(inside)
    assert [source.path for source in snapshot.sources] == ["a.md", "again.md"]
    assert [problem.path for problem in snapshot.errors] == ["folder", "gone.md", "secret.md"]
    assert "leads out" in str(snapshot.errors[0])
    assert "cannot be read" in str(snapshot.errors[1])


def test_a_linked_folder_may_be_the_root(tmp_path: Path) -> None:
    write_files(tmp_path / "real", {"a.md": "A"})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [source.path for source in read_articles_folder(tmp_path / "link").sources] == ["a.md"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("x")
    except OSError:
        pytest.skip("This file system takes UTF-8 names only.")
    snapshot = read_articles_folder(tmp_path)
    assert snapshot.sources == ()
    assert len(snapshot.errors) == 1
    str(snapshot.errors[0]).encode()


def test_pictures_that_are_too_large(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.png": png()})
    snapshot = read_articles_folder(tmp_path, max_media_bytes=10)
    assert "10 is the most" in str(snapshot.errors[0])


def test_two_pictures_with_one_address(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/x.svg": SVG, "media/a/x.svg": SVG})
    snapshot = read_articles_folder(tmp_path)
    assert [item.path for item in snapshot.media] == ["a/x.svg"]
    assert "belongs to a/x.svg" in str(snapshot.errors[0])


def test_categories_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"_categories.yml": "- [", "a.md": "A"})
    snapshot = read_articles_folder(tmp_path)
    assert snapshot.categories is None
    assert snapshot.errors[0].path == "_categories.yml"
    write_files(tmp_path, {"_categories.yml": b"\xff"})
    assert read_articles_folder(tmp_path).categories is None
