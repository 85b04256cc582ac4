"""Articles for a reply, from a real index."""

from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.errors import NotFound
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.users import Role, Viewer
from tests.cast import Person
from tests.conversation_builders import NOW, store
from tests.help_centre import open_help_centre

BEN = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)


def test_the_panel_is_filled_before_anybody_searches(container: Container) -> None:
    open_help_centre(container)
    asked = store(container, message="How do I print the return label for my package?", journey=Journey(id=""))
    picks = container.article_picks.offer(asked.reference, BEN)
    assert picks[0].article_id == "return-an-item"
    assert picks[0].url == "http://127.0.0.1:8000/a/return-an-item#print-the-label"


def test_what_did_not_help_them_is_not_on_top(container: Container) -> None:
    open_help_centre(container)
    voted = JourneyStep(key="v", kind=StepKind.VOTED, at=NOW, text="x", detail="no", article_id="return-an-item")
    asked = store(container, message="print the return label", journey=Journey(id="j" * 32, steps=(voted,)))
    picks = container.article_picks.offer(asked.reference, BEN)
    assert picks[-1].article_id == "return-an-item"
    assert picks[-1].unhelpful


def test_what_the_customer_may_not_open_is_marked(container: Container, ada: Person) -> None:
    open_help_centre(container)
    asked = store(container, user_id=ada.user.id)
    found = container.article_picks.search("refund by hand zanzibar", BEN, asked.reference)
    hidden = {each.article_id: each.recipient_may_see for each in found}
    assert hidden["agents-refund-orders"] is False
    assert all(may for article_id, may in hidden.items() if article_id != "agents-refund-orders")


def test_whoever_is_no_agent_finds_nothing_for_agents(container: Container) -> None:
    open_help_centre(container)
    found = container.article_picks.search("refund by hand zanzibar", Viewer())
    assert "agents-refund-orders" not in {each.article_id for each in found}


@pytest.mark.parametrize("text", ["", " \x00 ", "?"])
def test_no_words_find_nothing(container: Container, text: str) -> None:
    open_help_centre(container)
    assert container.article_picks.search(text, BEN) == () or text == "?"


def test_a_book_of_words_is_no_trouble(container: Container) -> None:
    open_help_centre(container)
    asked = store(container, message="return label " * 1_500)
    assert container.article_picks.offer(asked.reference, BEN)
    assert container.article_picks.search("return label " * 9_000, BEN)


def test_without_an_index_there_are_no_articles_and_no_error(container: Container) -> None:
    asked = store(container)
    assert container.article_picks.offer(asked.reference, BEN) == ()


def test_a_forged_reference_is_not_found(container: Container) -> None:
    with pytest.raises(NotFound):
        container.article_picks.offer("R-777777", BEN)
    with pytest.raises(NotFound):
        container.article_picks.search("label", BEN, "R-777777")


def test_an_agents_search_is_nobodys_question(container: Container) -> None:
    open_help_centre(container)
    container.article_picks.search("return label", BEN)
    with container.database.read() as work:
        assert work.searches.list_successful(1, 10) == ()
