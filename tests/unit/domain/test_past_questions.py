"""What is learned from a reply: which questions, which articles, whose word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.conversations import AuthorKind, Conversation, Message
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.past_questions import (
    LEAST_TRUST,
    MAX_QUESTION_CHARACTERS,
    WEIGHTS,
    ArticleLink,
    EvidenceSource,
    Voters,
    clean_question,
    failed_queries,
    lessons_of_reply,
    linked_articles,
    questions_answered,
    source_of_vote,
    trust,
)
from portal.domain.users import Role, Viewer
from tests.conversation_builders import NOW, conversation

SITE = "https://help.ostrel.example"


def said(*bodies: str, by: AuthorKind = AuthorKind.CUSTOMER) -> tuple[Message, ...]:
    return tuple(
        Message(id=number, author_kind=by, author_name="Ada Berg", body=body, at=NOW)
        for number, body in enumerate(bodies)
    )


def step(kind: StepKind, text: str, detail: str = "", hours: float = 0) -> JourneyStep:
    return JourneyStep(key=text, kind=kind, at=NOW + timedelta(hours=hours), text=text, detail=detail)


def request(*bodies: str, steps: tuple[JourneyStep, ...] = ()) -> Conversation:
    return replace(conversation(), name="Ada Berg", messages=said(*bodies), journey=Journey(id="j" * 32, steps=steps))


@pytest.mark.parametrize(
    "text",
    [
        "Look at /articles/reset-hub please.",
        "See [this](/articles/reset-hub#pin-hole).",
        "https://help.ostrel.example/articles/reset-hub",
        "<http://HELP.ostrel.example/articles/reset-hub/>",
        "Read https://help.ostrel.example/articles/reset-hub?from=mail, then call us.",
        '"/articles/reset-hub"',
        "**/articles/reset-hub**",
    ],
)
def test_links_to_our_articles_are_known_however_they_are_written(text: str) -> None:
    assert linked_articles(text, SITE) == (ArticleLink(key="reset-hub", is_id=False),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No link at all, only articles/reset-hub and words.",
        "https://elsewhere.example/articles/reset-hub",
        "https://help.ostrel.example.evil.example/articles/reset-hub",
        "/articles/",
        "/articles/reset-hub/vote",
        "/media/articles/reset-hub",
        "https://[broken/articles/x",
    ],
)
def test_other_addresses_are_not(text: str) -> None:
    assert linked_articles(text, SITE) == ()


def test_short_permanent_links_and_sites_below_a_path_are_known() -> None:
    assert linked_articles("/a/hub-1", SITE) == (ArticleLink(key="hub-1", is_id=True),)
    below = "https://ostrel.example/help"
    assert linked_articles(f"{below}/articles/x and {below}/a/y", below) == (
        ArticleLink(key="x", is_id=False),
        ArticleLink(key="y", is_id=True),
    )


def test_each_article_is_learned_once_and_a_list_of_links_only_from_its_head() -> None:
    assert len(linked_articles("/articles/x /articles/x", SITE)) == 1
    assert len(linked_articles(" ".join(f"/articles/{number}" for number in range(30)), SITE)) == 5


@given(st.text())
def test_no_text_breaks_the_reading_of_links_and_questions(text: str) -> None:
    linked_articles(text, SITE)
    linked_articles(text, text)
    assert all(len(each) <= MAX_QUESTION_CHARACTERS for each in questions_answered(request(text), text))


def test_the_question_is_the_message_without_its_greeting_and_what_was_searched() -> None:
    asked = request(
        "Hello there!\nMy hub blinks red since Monday. Please mail ada@ostrel.example. Ada Berg",
        steps=(step(StepKind.SEARCHED, "hub red"), step(StepKind.SEARCHED, "Hub red?"), step(StepKind.SEARCHED, "led")),
    )
    assert questions_answered(asked, "") == (
        "My hub blinks red since Monday. Please mail [email].",
        "led",
        "Hub red?",
    )


def test_names_are_taken_out_of_messages_and_queries() -> None:
    asked = request(
        "This is Ada from Bergen, my order got lost.", steps=(step(StepKind.SEARCHED, "order of ada berg"),)
    )
    assert questions_answered(asked, "") == (
        "This is [name] from Bergen, my order got lost.",
        "order of [name] [name]",
    )


def test_a_long_message_is_cut_at_a_sentence() -> None:
    (question,) = questions_answered(request("The hub is broken since the storm. " + "And this too goes on. " * 40), "")
    assert question.startswith("The hub is broken since the storm.")
    assert question.endswith("goes on.")
    (word,) = questions_answered(request("wordy " * 200), "")
    assert len(word) <= MAX_QUESTION_CHARACTERS


def test_an_answer_answers_what_was_asked_since_the_last_one() -> None:
    messages = (
        *said("The hub is offline again."),
        *said("Try /articles/x", by=AuthorKind.AGENT),
        *said("That did not help, it says E-101.", "Are you still there?"),
    )
    assert questions_answered(replace(request(), messages=messages), "") == ("That did not help, it says E-101.",)
    after = (*messages, *said("One moment.", by=AuthorKind.AGENT))
    assert questions_answered(replace(request(), messages=after), "") == ("The hub is offline again.",)


def test_searches_that_helped_or_led_elsewhere_are_not_learned() -> None:
    steps = (
        step(StepKind.SEARCHED, "last week", hours=-200),
        step(StepKind.SEARCHED, "helped", hours=-2),
        step(StepKind.OPENED, "An article", hours=-2),
        step(StepKind.VOTED, "An article", "yes", hours=-2),
        step(StepKind.SEARCHED, "first", hours=-1),
        step(StepKind.VOTED, "Another", "no", hours=-1),
        step(StepKind.SEARCHED, "second"),
    )
    assert failed_queries(Journey(id="j", steps=steps)) == ("second", "first")
    assert failed_queries(Journey(id="j")) == ()
    many = tuple(step(StepKind.SEARCHED, f"query {number}") for number in range(9))
    assert failed_queries(Journey(id="j", steps=many)) == ("query 8", "query 7", "query 6")


def test_every_question_is_learned_with_every_linked_article() -> None:
    asked = request("The hub is offline.", steps=(step(StepKind.SEARCHED, "hub"),))
    lessons = lessons_of_reply(asked, {"x": "Hubs", "y": "Parcels"}, voter="v", at=NOW)
    assert [(each.article_id, each.text) for each in lessons] == [
        ("x", "The hub is offline."),
        ("x", "hub"),
        ("y", "The hub is offline."),
        ("y", "hub"),
    ]
    assert {(each.source, each.voter, each.conversation_id, each.journey_id) for each in lessons} == {
        (EvidenceSource.AGENT_REPLY, "v", 12, "j" * 32)
    }


@pytest.mark.parametrize(
    ("message", "about", "learned"),
    [
        ("I would like to order a stool.", "Delivery", {"piano stool"}),
        ("Where is it?", "Where is my parcel, tracked", {"tracking parcels"}),
        ("Where is it?", "Bring it back", set()),
        ("My parcels are late, and I like pianos.", "Delivery", {"piano stool", "tracking parcels"}),
    ],
)
def test_of_earlier_searches_only_those_are_learned_that_belong(message: str, about: str, learned: set[str]) -> None:
    queries = ("piano stool", "tracking parcels", "order 7")
    asked = request(message, steps=tuple(step(StepKind.SEARCHED, query) for query in queries))
    assert set(questions_answered(asked, about)) == {message, "order 7"} | learned


def test_voters_are_hashes_of_this_instance_and_visitors_share_one() -> None:
    voters, others = Voters(secret="one"), Voters(secret="two")
    assert voters.user(1) == voters.user(1) != voters.user(2)
    assert voters.user(1) != others.user(1)
    assert voters.viewer(Viewer()) == voters.visitor()
    assert voters.viewer(Viewer(user_id=1)) == voters.user(1)
    assert len(voters.user(1)) == 32


def test_staff_and_customers_are_told_apart() -> None:
    assert source_of_vote(Viewer()) is EvidenceSource.CUSTOMER_CONFIRMED
    assert source_of_vote(Viewer(user_id=1, role=Role.CUSTOMER)) is EvidenceSource.CUSTOMER_CONFIRMED
    assert source_of_vote(Viewer(user_id=1, role=Role.AGENT)) is EvidenceSource.AGENT_SAID


def test_doubts_lower_the_weight_but_never_silence() -> None:
    assert set(WEIGHTS) == set(EvidenceSource)
    weights = [trust(EvidenceSource.AGENT_REPLY, doubts) for doubts in range(50)]
    assert weights == sorted(weights, reverse=True)
    assert (weights[0], weights[1], weights[-1]) == (1.0, 0.5, LEAST_TRUST)
    assert trust(EvidenceSource.CUSTOMER_CONFIRMED, 0) < weights[0]


def test_a_question_from_elsewhere_is_redacted_and_cut() -> None:
    assert clean_question("mail\x00 me:\n ada@example.com") == "mail me: [email]"
    assert len(clean_question("word " * 999)) <= MAX_QUESTION_CHARACTERS
