"""The articles folder brought into the database."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from portal.container import Container
from portal.domain.articles import Audience
from portal.domain.errors import Conflict, SetupError
from portal.domain.jobs import JobState
from portal.domain.sync import SyncReport
from portal.storage.rows import JobRow, RevisionRow
from tests.content_samples import SVG, article_file, write_files

PUBLIC = frozenset({Audience.PUBLIC})
FILES = {
    "_categories.yml": "- slug: delivery\n  title: Delivery\n",
    "delivery/track.md": article_file(
        "## Where\n\nSee [late](late.md#why) ![box](../media/box.svg)", title="Track", redirect_from="/old/track"
    ),
    "delivery/late.md": article_file("## Why\n\nSnow.", title="Late"),
    "media/box.svg": SVG,
}

Sync = Callable[..., SyncReport]


@pytest.fixture
def folder(container: Container) -> Path:
    return write_files(container.settings.articles, FILES)


@pytest.fixture
def sync(container: Container, folder: Path) -> Sync:
    def sync(**options: object) -> SyncReport:
        return container.sync.sync(folder, **options)

    return sync


def html_of(container: Container, article_id: str) -> str:
    with container.database.read() as work:
        return work.articles.get(article_id, PUBLIC).html.text


def count(container: Container, what: type[JobRow] | type[RevisionRow]) -> int:
    with container.database.read() as work:
        return work.session.scalar(select(func.count()).select_from(what)) or 0


def test_a_first_sync_loads_everything(container: Container, sync: Sync) -> None:
    report = sync()
    assert report.added == ("delivery/late.md", "delivery/track.md")
    assert (report.errors, report.warnings, report.media, report.loaded) == ((), (), 1, 2)
    html = html_of(container, "delivery/track")
    assert 'href="/articles/late#why"' in html
    assert 'src="/media/box.svg"' in html
    assert container.media.find("box.svg") is not None
    with container.database.read() as work:
        assert work.articles.find_redirect("/old/track", PUBLIC) == "track"
        assert [category.title for category in work.sync.list_categories()] == ["Delivery"]
        assert work.jobs.count(JobState.WAITING) == 1


def test_a_second_sync_writes_nothing(container: Container, sync: Sync) -> None:
    sync()
    statements: list[str] = []
    event.listen(
        container.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2].split()[0])
    )
    report = sync()
    assert (report.kept, report.touched) == (2, False)
    assert not {"INSERT", "UPDATE", "DELETE"} & set(statements)
    assert (count(container, JobRow), count(container, RevisionRow)) == (1, 2)


def test_an_edit_changes_one_article_and_orders_one_indexing(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": article_file("## Why\n\nRain.", title="Late")})
    report = sync()
    assert (report.changed, report.kept) == (("delivery/late.md",), 1)
    assert "Rain" in html_of(container, "delivery/late")
    # the order to index that still waits is enough for both
    assert (count(container, JobRow), count(container, RevisionRow)) == (1, 3)


def test_a_dry_run_only_tells(container: Container, sync: Sync) -> None:
    report = sync(dry_run=True)
    assert len(report.added) == 2
    with container.database.read() as work:
        assert work.articles.count_published() == 0
    assert container.media.find("box.svg") is None


def test_a_file_that_is_gone_archives_its_article_and_mends_links(
    container: Container, sync: Sync, folder: Path
) -> None:
    sync()
    (folder / "delivery/late.md").unlink()
    report = sync()
    assert (report.archived, report.refreshed) == (("delivery/late",), ("delivery/track.md",))
    assert "leads nowhere" in str(report.warnings[0])
    assert "See late" in html_of(container, "delivery/track")
    write_files(folder, FILES)
    assert sync().refreshed == ("delivery/late.md", "delivery/track.md")
    assert count(container, RevisionRow) == 2


def test_a_broken_file_is_named_and_its_article_stays(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": "---\ntitle: [\n---\n", "delivery/new.md": "New"})
    report = sync()
    assert [(problem.path, problem.line) for problem in report.errors] == [("delivery/late.md", 3)]
    assert (report.added, report.archived) == (("delivery/new.md",), ())
    assert "Snow" in html_of(container, "delivery/late")


def test_a_text_that_cannot_be_rendered_is_named_and_its_article_stays(
    container: Container, sync: Sync, folder: Path
) -> None:
    sync()
    write_files(folder, {"delivery/late.md": "> " * 5_000 + "deep", "delivery/new.md": "New"})
    report = sync()
    assert [problem.path for problem in report.errors] == ["delivery/late.md"]
    assert "too deeply" in str(report.errors[0])
    assert report.added == ("delivery/new.md",)
    assert "Snow" in html_of(container, "delivery/late")


def test_two_files_with_one_id(container: Container, sync: Sync, folder: Path) -> None:
    write_files(folder, {"delivery/z.md": article_file("Other", id="delivery/late")})
    report = sync()
    assert "belongs to delivery/late.md already" in str(report.errors[0])
    assert "Snow" in html_of(container, "delivery/late")


def test_an_empty_folder_takes_nothing_away(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    shutil.rmtree(folder)
    with pytest.raises(SetupError, match="There is no folder"):
        sync()
    folder.mkdir()
    with pytest.raises(SetupError, match="--allow-empty"):
        sync()
    assert "Snow" in html_of(container, "delivery/late")
    report = sync(allow_empty=True)
    assert report.archived == ("delivery/late", "delivery/track")
    with container.database.read() as work:
        assert work.articles.count_published() == 0


def test_a_folder_of_broken_files_takes_nothing_away(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": b"\xff", "delivery/track.md": b"\xff"})
    report = sync()
    assert (len(report.errors), report.loaded, report.archived) == (2, 0, ())
    assert "Snow" in html_of(container, "delivery/late")


def test_hostile_markdown_is_stored_harmless(container: Container, sync: Sync, folder: Path) -> None:
    body = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) <iframe src=//e></iframe>"
    write_files(folder, {"delivery/bad.md": article_file(body, title="Bad")})
    report = sync()
    assert [problem.line for problem in report.warnings if problem.path == "delivery/bad.md"] == [4] * 6
    html = html_of(container, "delivery/bad")
    assert not any(trace in html for trace in ("<script", "onerror", "javascript:", "<iframe", "alert"))


def test_a_new_slug_leaves_the_old_address_behind(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": article_file("## Why\n\nSnow.", title="Late", slug="delayed")})
    sync()
    assert 'href="/articles/delayed#why"' in html_of(container, "delivery/track")
    with container.database.read() as work:
        assert work.articles.find_redirect("/articles/late", PUBLIC) == "delayed"


def test_a_moved_file_with_an_id_stays_the_same_article(container: Container, sync: Sync, folder: Path) -> None:
    write_files(folder, {"delivery/a.md": article_file("Same", id="same", title="Same")})
    sync()
    (folder / "delivery/a.md").rename(folder / "b.md")
    report = sync()
    assert (report.refreshed, report.archived) == (("b.md",), ())


def test_a_draft_is_not_shown(container: Container, sync: Sync, folder: Path) -> None:
    write_files(folder, {"delivery/late.md": article_file("Soon", draft="true")})
    sync()
    with container.database.read() as work:
        assert work.articles.find("delivery/late", frozenset(Audience)) is None
        assert [item.id for item in work.articles.iterate_indexed()] == ["delivery/track"]


def test_problems_that_are_not_mended_are_said_again(sync: Sync, folder: Path) -> None:
    write_files(folder, {"delivery/a.md": "[x](nowhere.md) [y](late.md#nothing) ![](../media/box.svg)"})
    first = [str(problem) for problem in sync().warnings]
    assert len(first) == 3
    assert [str(problem) for problem in sync().warnings] == first


def test_another_sync_meanwhile_is_a_conflict(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": article_file("Mine", title="Late")})

    def change_meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "render" and done == 0:
            with container.database.work() as work:
                work.articles.archive(["delivery/track"])

    with pytest.raises(Conflict, match="run it again"):
        sync(progress=change_meanwhile)
    assert "Snow" in html_of(container, "delivery/late")


def test_a_crash_while_writing_leaves_all_as_it_was(container: Container, sync: Sync, folder: Path) -> None:
    sync()
    write_files(folder, {"delivery/late.md": article_file("Mine", title="Late"), "delivery/new.md": "New"})

    def crash(*given: object) -> None:
        if str(given[2]).startswith("INSERT INTO jobs") or str(given[2]).startswith("INSERT INTO revisions"):
            raise RuntimeError("power cut")

    event.listen(container.database.engine, "before_cursor_execute", crash)
    with pytest.raises(RuntimeError):
        sync()
    event.remove(container.database.engine, "before_cursor_execute", crash)
    assert "Snow" in html_of(container, "delivery/late")
    assert sync().changed == ("delivery/late.md",)


def test_a_hundred_unchanged_articles_take_no_time(container: Container, sync: Sync, folder: Path) -> None:
    write_files(folder, {f"delivery/n{number}.md": article_file("Text", title=f"N{number}") for number in range(100)})
    sync()
    began = time.perf_counter()
    assert sync().kept == 102
    assert time.perf_counter() - began < 5
