from __future__ import annotations

from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.users import Viewer
from portal.services.article_drafts import draft_id
from portal.storage.database import Database
from portal.storage.rows import ArticleRow, RevisionRow
from tests.cast import Person
from tests.conversation_builders import new_conversation
from tests.search_builders import put_article

QUESTION = 'My hub is "offline": why? Order OS-20264711, yours Ada Berg'


@pytest.fixture
def reference(container: Container, ben: Person) -> str:
    """A solved request."""
    with container.database.work() as work:
        reference = work.conversations.add(new_conversation(2, message=QUESTION)).reference
    container.desk.answer(reference, ben.viewer, text="Do this:\n\n1. Hold the button.\n2. Wait.", form_key="f1")
    container.desk.solve(reference)
    return reference


def test_a_draft_is_an_article_that_nobody_sees(
    container: Container, database: Database, ben: Person, reference: str
) -> None:
    put_article(database, "shown")
    assert container.article_drafts.make(reference, ben.viewer)
    [draft] = container.article_drafts.list_newest()
    assert (draft.reference, draft.author) == (reference, "Ben Okafor")
    assert draft.title == 'My hub is "offline": why?'
    everybody = Viewer(user_id=1, role=ben.user.role)
    with database.read() as work:
        row = work.session.get(ArticleRow, draft.id)
        assert row is not None
        assert (row.state, row.category, row.published_at) == ("draft", "devices", None)
        assert work.articles.find(draft.id, everybody.audiences) is None
        assert [article.id for article in work.articles.iterate_indexed()] == ["shown"]
        revision = work.session.get(RevisionRow, row.revision_id)
        assert revision is not None
        assert revision.note == f"From request {reference}"


def test_the_file_can_be_read_back_and_holds_no_personal_data(
    container: Container, ben: Person, reference: str
) -> None:
    container.article_drafts.make(reference, ben.viewer)
    markdown = container.article_drafts.get(draft_id(reference)).markdown
    for secret in ("Ada", "Berg", "OS-20264711", reference, "Ben"):
        assert secret not in markdown
    assert "1. Hold the button." in markdown
    assert "draft: true" in markdown


def test_a_second_time_changes_nothing(container: Container, ben: Person, reference: str) -> None:
    assert container.article_drafts.make(reference, ben.viewer)
    assert not container.article_drafts.make(reference, ben.viewer)
    assert len(container.article_drafts.list_newest()) == 1


def test_what_is_put_away_leaves_the_list_and_can_be_begun_again(
    container: Container, ben: Person, reference: str
) -> None:
    container.article_drafts.make(reference, ben.viewer)
    container.article_drafts.put_away(draft_id(reference))
    assert container.article_drafts.list_newest() == ()
    with pytest.raises(NotFound):
        container.article_drafts.get(draft_id(reference))
    assert container.article_drafts.make(reference, ben.viewer)
    assert len(container.article_drafts.list_newest()) == 1


def test_only_solved_and_answered_requests_are_begun_from(container: Container, ben: Person) -> None:
    with container.database.work() as work:
        reference = work.conversations.add(new_conversation(2)).reference
    with pytest.raises(InvalidInput, match="not solved"):
        container.article_drafts.make(reference, ben.viewer)
    container.desk.solve(reference)
    with pytest.raises(InvalidInput, match="Nobody has answered"):
        container.article_drafts.make(reference, ben.viewer)
    with pytest.raises(NotFound):
        container.article_drafts.make("R-999999", ben.viewer)
    assert container.article_drafts.list_newest() == ()


def test_a_sync_of_the_folder_leaves_drafts_alone(
    container: Container, ben: Person, reference: str, tmp_path: Path
) -> None:
    container.article_drafts.make(reference, ben.viewer)
    folder = tmp_path / "folder"
    (folder / "devices").mkdir(parents=True)
    (folder / "devices" / "one.md").write_text("# One\n\nText.\n", encoding="utf-8")
    container.sync.sync(folder)
    (folder / "devices" / "draft.md").write_text(
        container.article_drafts.get(draft_id(reference)).markdown.replace(draft_id(reference), "hub-offline"),
        encoding="utf-8",
    )
    report = container.sync.sync(folder)
    assert report.errors == ()
    assert len(container.article_drafts.list_newest()) == 1
