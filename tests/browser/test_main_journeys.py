"""The main job in a real browser: a customer finds the answer, or a human; with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.visits import answer, ask_a_human, search, sign_in

Visitor = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_words_the_article_does_not_use_lead_to_it(visitor: Visitor, javascript: bool) -> None:
    page = visitor(javascript=javascript)

    search(page, "I never got my parcel")
    first = page.get_by_role("main").get_by_role("article").first
    expect(first.get_by_role("heading")).to_have_text("Your delivery has not arrived")
    first.get_by_role("link").first.click()

    expect(page).to_have_url(re.compile(r"/articles/delivery-not-arrived\b"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your delivery has not arrived")


def test_a_hit_opens_the_article_at_its_section(visitor: Visitor) -> None:
    page = visitor()

    search(page, "the ring is red")
    hit = page.get_by_role("main").get_by_role("link", name="What the ring on the Hub means").first
    expect(hit).to_have_attribute("href", re.compile(r"^/articles/hub-status-ring\?.*#[\w-]+$"))
    hit.click()

    anchor = page.url.partition("#")[2]
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_question_that_no_article_covers_reaches_a_human_and_the_writers(visitor: Visitor, javascript: bool) -> None:
    question = f"do you sell grand pianos{'' if javascript else ' and violins'}"
    customer = visitor(javascript=javascript)
    search(customer, question)
    expect(customer.get_by_role("heading", name="We have no article on this yet")).to_be_visible()

    sent = ask_a_human(customer, "I would like to buy a piano from you, a black one.")
    customer.get_by_role("link", name="Open your request").click()
    expect(customer.get_by_role("main")).to_contain_text("a black one")
    expect(customer.get_by_role("main")).to_contain_text(question)

    agent = visitor(javascript=javascript)
    sign_in(agent, "agent")
    agent.get_by_role("link", name="Requests", exact=True).click()
    agent.get_by_role("link", name=sent.reference).click()
    expect(agent.get_by_role("complementary", name="What they tried")).to_contain_text(question)
    answer(agent, sent.reference, "We only sell small devices, sorry.")

    customer.goto(sent.path)
    expect(customer.get_by_role("main")).to_contain_text("We only sell small devices, sorry.")

    writer = visitor(javascript=javascript)
    sign_in(writer, "writer")
    writer.get_by_role("link", name="Content gaps", exact=True).first.click()
    writer.get_by_role("link", name="Failed searches", exact=True).click()
    expect(writer.get_by_role("row", name=re.compile(question)).first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_what_a_customer_unticks_stays_with_them(visitor: Visitor, javascript: bool) -> None:
    page = visitor(javascript=javascript)
    search(page, "my secret piano")
    page.get_by_role("banner").get_by_role("link", name="Talk to a human").click()
    page.get_by_role("checkbox", name=re.compile("my secret piano")).uncheck()
    page.get_by_label("Your message").fill("Please call me back.")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Send to a human").click()
    page.get_by_role("link", name="Open your request").click()

    expect(page.get_by_role("main")).to_contain_text("Please call me back.")
    expect(page.get_by_role("main")).not_to_contain_text("my secret piano")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_no_puts_the_human_in_front_and_asks_why(visitor: Visitor, javascript: bool) -> None:
    page = visitor(javascript=javascript)
    page.goto("/articles/refund-times")
    page.get_by_role("button", name="No", exact=True).click()

    vote = page.get_by_role("region", name="Sorry that this did not help")
    expect(vote.get_by_role("link", name="Talk to a human")).to_be_visible()
    vote.get_by_role("radio").first.check()
    vote.get_by_role("button", name="Tell our writers").click()
    expect(page.get_by_text("Our writers will look at this article")).to_be_visible()


def test_a_wish_for_a_person_is_granted_at_once(visitor: Visitor) -> None:
    page = visitor()
    search(page, "I want to talk to a real person")
    expect(page.get_by_role("main").get_by_role("link", name="Talk to a human").first).to_be_visible()


def test_a_customer_is_greeted_and_finds_their_requests(visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, "customer")
    expect(page.get_by_role("banner")).to_contain_text("Hello, Carla")
    page.get_by_role("banner").get_by_role("link", name="Talk to a human").click()
    page.get_by_label("Your message").fill("My lamp hums at night.")
    page.get_by_role("button", name="Send to a human").click()
    page.goto("/requests")
    expect(page.get_by_role("link", name="My lamp hums at night.").first).to_be_visible()


def test_an_article_for_agents_does_not_exist_for_customers(visitor: Visitor) -> None:
    page = visitor()
    answered = page.goto("/articles/read-a-journey")
    assert answered is not None
    assert answered.status == 404
    search(page, "how do I read a journey and answer a request")
    expect(page.get_by_role("main").get_by_role("link", name="Read a journey")).to_have_count(0)
