"""Articles as agents put them into replies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.content.messages import render_message
from portal.domain.article_picks import (
    FoundSection,
    choose_questions,
    escape_markdown,
    join_lists,
    make_pick,
)
from portal.domain.articles import Article, ArticleState, Audience
from portal.domain.conversations import AuthorKind, Message, MessageKind
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.users import Role, audiences_of
from search_index import Section
from tests.conversation_builders import NOW, conversation
from tests.search_builders import NOW as PUBLISHED

SITE = "https://help.example"
STEPS = Section(
    anchor="reset-it",
    heading="Reset it",
    text="You need a pin.\n\n1. Press *the* hole.\n2. Wait for <white>.\n\n> Not longer than a minute.",
)


def article(**values: object) -> Article:
    usual: dict[str, object] = {
        "id": "reset-hub",
        "slug": "reset-the-hub",
        "title": "Reset [the] Hub",
        "summary": "",
        "category": "devices",
        "tags": (),
        "audience": Audience.PUBLIC,
        "locale": "en",
        "state": ArticleState.PUBLISHED,
        "updated": None,
        "published_at": PUBLISHED,
        "html": None,
        "sections": (Section(anchor="", heading="", text=""), STEPS),
    }
    return Article(**{**usual, **values})  # type: ignore[arg-type]


def journey(*steps: tuple[StepKind, str, str]) -> Journey:
    return Journey(
        id="j",
        steps=tuple(
            JourneyStep(key=str(place), kind=kind, at=NOW, text=text, detail=detail, article_id=text)
            for place, (kind, text, detail) in enumerate(steps)
        ),
    )


def picked(found: FoundSection | None = None, **values: object):  # type: ignore[no-untyped-def]
    return make_pick(
        article(**values),
        found or FoundSection(article_id="reset-hub", anchor="reset-it"),
        public_url=SITE,
        audiences=audiences_of(None),
        journey=Journey(id=""),
    )


def test_a_link_is_short_and_leads_to_the_section() -> None:
    assert picked().link == r"[Reset \[the\] Hub](https://help.example/a/reset-hub#reset-it)"


def test_a_quote_shows_the_words_as_they_are_and_where_they_stand() -> None:
    quote = picked().quote
    assert quote.splitlines()[:4] == [
        "> You need a pin.",
        ">",
        r"> 1. Press \*the\* hole.",
        r"> 2. Wait for &lt;white>.",
    ]
    assert quote.endswith(picked().link)
    html = render_message(quote)
    assert html is not None
    assert "<blockquote>" in html.text
    assert "*the*" in html.text
    assert "&lt;white&gt;" in html.text


def test_steps_are_a_list_of_their_own() -> None:
    assert picked().steps.splitlines()[:2] == [r"1. Press \*the\* hole.", r"2. Wait for &lt;white>."]
    prose = Section(anchor="reset-it", heading="x", text="No steps here.")
    assert picked(sections=(prose,)).steps == ""


def test_html_is_escaped() -> None:
    assert "&lt;white&gt;" in picked().html
    assert 'href="https://help.example/a/reset-hub#reset-it"' in picked(title='"><script>').html
    assert "<script>" not in picked(title='"><script>').html


def test_a_section_that_is_gone_gives_way_to_the_first_with_words() -> None:
    assert picked(FoundSection(article_id="reset-hub", anchor="gone")).section_heading == "Reset it"
    empty = picked(sections=())
    assert empty.quote == empty.link == r"[Reset \[the\] Hub](https://help.example/a/reset-hub)"


@pytest.mark.parametrize(
    ("audience", "role", "may"),
    [
        (Audience.PUBLIC, None, True),
        (Audience.CUSTOMERS, None, False),
        (Audience.CUSTOMERS, Role.CUSTOMER, True),
        (Audience.AGENTS, Role.CUSTOMER, False),
    ],
)
def test_whether_the_customer_may_open_it_is_told(audience: Audience, role: Role | None, may: bool) -> None:
    pick = make_pick(
        article(audience=audience),
        FoundSection(article_id="reset-hub"),
        public_url=SITE,
        audiences=audiences_of(role),
        journey=Journey(id=""),
    )
    assert pick.recipient_may_see is may


@pytest.mark.parametrize(
    "text",
    [
        "*a*",
        "[x](y)",
        "# head",
        "- item",
        "1. step",
        "<b>",
        "a_b_c",
        "`x`",
        "1) x",
        "a 1. b",
        "10-year plan",
        "> quote",
        "1.5 m",
        "-5",
        "---",
    ],
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    html = render_message(escape_markdown(text))
    assert html is not None
    shown = html.text.removeprefix("<p>").removesuffix("</p>").replace("&lt;", "<").replace("&gt;", ">")
    assert shown == text


def test_what_several_searches_found_comes_first_and_what_is_known_last() -> None:
    lists = [
        [FoundSection(article_id=each, anchor=f"{each}1") for each in ("bad", "read", "one", "both")],
        [FoundSection(article_id="both", anchor="best"), FoundSection(article_id="other")],
    ]
    known = journey((StepKind.OPENED, "read", ""), (StepKind.OPENED, "bad", ""), (StepKind.VOTED, "bad", "no"))
    joined = join_lists(lists, known)
    assert [each.article_id for each in joined] == ["both", "other", "one", "read", "bad"]
    assert joined[0].anchor == "best"
    assert join_lists([], known) == ()


def test_whoever_changed_their_mind_was_helped() -> None:
    votes = journey((StepKind.VOTED, "x", "no"), (StepKind.VOTED, "x", "yes"))
    joined = join_lists([[FoundSection(article_id="x"), FoundSection(article_id="y")]], votes)
    assert [each.article_id for each in joined] == ["x", "y"]


def test_articles_are_looked_for_by_the_latest_words_and_what_failed() -> None:
    def said(number: int, body: str, kind: MessageKind = MessageKind.MESSAGE) -> Message:
        return Message(id=number, author_kind=AuthorKind.CUSTOMER, author_name="Ada", body=body, at=NOW, kind=kind)

    asked = replace(
        conversation(),
        messages=(said(1, "First."), said(2, "Now this."), said(3, "no words", MessageKind.EVENT)),
        journey=journey((StepKind.SEARCHED, "query", "no_answer")),
    )
    assert choose_questions(asked) == ("Now this.", "query", "First.")
    assert choose_questions(replace(asked, messages=(), journey=Journey(id=""))) == ()
