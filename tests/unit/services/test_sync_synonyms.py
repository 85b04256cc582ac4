"""The list of synonyms on its way from the folder into the search."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.container import Container
from portal.storage.rows import JobRow
from search_index import SynonymRule, parse_rule
from tests.content_samples import article_file, write_files

FILES = {"help/sofa.md": article_file("A sofa.", title="Sofa"), "_synonyms.yml": "- sofa, couch\n- alone\n"}


@pytest.fixture
def folder(container: Container) -> Path:
    return write_files(container.settings.articles, FILES)


def stored(container: Container) -> tuple[SynonymRule, ...]:
    with container.database.read() as work:
        return work.sync.list_synonyms()


def jobs(container: Container) -> int:
    with container.database.read() as work:
        return work.session.scalar(select(func.count()).select_from(JobRow)) or 0


def test_good_rules_are_kept_and_bad_ones_named(container: Container, folder: Path) -> None:
    report = container.sync.sync(folder)
    assert stored(container) == (parse_rule("sofa, couch"),)
    assert [(problem.path, problem.line) for problem in report.errors] == [("_synonyms.yml", 2)]
    assert report.synonyms


def test_a_change_orders_the_index_and_touches_no_article(container: Container, folder: Path) -> None:
    container.sync.sync(folder)
    with container.database.work() as work:
        work.session.query(JobRow).delete()
    (folder / "_synonyms.yml").write_text("- sofa, settee\n", encoding="utf-8")
    report = container.sync.sync(folder)
    assert (report.changed, report.kept, report.synonyms, report.touched) == ((), 1, True, True)
    assert jobs(container) == 1
    assert not container.sync.sync(folder).touched


def test_a_list_that_cannot_be_read_leaves_what_there_was(container: Container, folder: Path) -> None:
    container.sync.sync(folder)
    (folder / "_synonyms.yml").write_text("- [sofa\n", encoding="utf-8")
    report = container.sync.sync(folder)
    assert [problem.path for problem in report.errors] == ["_synonyms.yml"]
    assert stored(container) == (parse_rule("sofa, couch"),)


def test_a_list_that_is_gone_is_forgotten(container: Container, folder: Path) -> None:
    container.sync.sync(folder)
    (folder / "_synonyms.yml").unlink()
    assert container.sync.sync(folder).synonyms
    assert stored(container) == ()
