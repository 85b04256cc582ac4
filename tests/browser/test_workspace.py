"""Agents at work, by keyboard: they find who waits, insert an article, send, and are never in each other's way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import LOOKS, check
from tests.visits import ask_a_human, search, sign_in

Visitor = Callable[..., Page]


def requested(visitor: Visitor, words: str = "do you sell pianos", name: str = "Ada Berg") -> str:
    """Let a customer ask a human; return the reference."""
    customer = visitor()
    search(customer, words)
    return ask_a_human(customer, "How do I send something back? I no longer need my Sense.", name=name).reference


def at_work(visitor: Visitor, reference: str, role: str = "agent") -> Page:
    """Open a request as somebody who works here."""
    page = visitor()
    sign_in(page, role)
    page.goto(f"/agents/requests/{reference}")
    return page


def test_an_article_is_inserted_and_sent_without_a_mouse(visitor: Visitor) -> None:
    reference = requested(visitor)
    page = at_work(visitor, reference)
    page.keyboard.press("r")
    answer = page.get_by_label("Your answer")
    expect(answer).to_be_focused()
    page.keyboard.type("Please look here: ??")
    picker = page.get_by_role("dialog", name="Insert an article")
    expect(picker).to_be_visible()
    page.keyboard.type("return an item")
    expect(picker.get_by_role("option").first).to_contain_text(re.compile("return", re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(picker).to_be_hidden()
    expect(answer).to_have_value(re.compile(r"^Please look here: \[.+\]\(http://127\.0\.0\.1:\d+/a/[\w-]+"))
    page.keyboard.type(" – it takes two minutes.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your answer is on its way.")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("")
    link = page.locator("[data-thread] .message--agent a").last
    expect(link).to_have_attribute("href", re.compile("/a/"))
    page.goto(link.get_attribute("href") or "")
    expect(page).to_have_url(re.compile("/articles/"))


def test_escape_leaves_the_answer_as_it_was(visitor: Visitor) -> None:
    page = at_work(visitor, requested(visitor))
    page.keyboard.press("r")
    page.keyboard.type("One ??")
    expect(page.get_by_role("dialog", name="Insert an article")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("two")
    expect(page.get_by_label("Your answer")).to_have_value("One two")


def test_a_canned_reply_is_filled_in_and_a_draft_survives_a_reload(visitor: Visitor) -> None:
    page = at_work(visitor, requested(visitor))
    page.keyboard.press("r")
    page.keyboard.type("//")
    picker = page.get_by_role("dialog", name="Insert a canned reply")
    picker.wait_for()
    page.keyboard.type("waited longer")
    expect(picker.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    answer = page.get_by_label("Your answer")
    expect(answer).to_have_value(re.compile("promised, Ada, and I am sorry"))
    page.reload()
    expect(answer).to_have_value(re.compile("Ada, and I am sorry"))
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="This is how it will look")).to_be_visible()


def test_a_draft_is_its_authors_alone(visitor: Visitor) -> None:
    reference = requested(visitor)
    page = at_work(visitor, reference)
    page.get_by_label("Your answer").fill("Between me and the customer.")
    page.goto("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "writer")
    page.goto(f"/agents/requests/{reference}")
    expect(page.get_by_role("button", name="Article", exact=True)).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("")


def test_question_mark_lists_the_keys(visitor: Visitor) -> None:
    page = at_work(visitor, requested(visitor))
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.get_by_text("In the answer: insert an article")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("x")
    expect(page.get_by_label("What is wrong?")).to_be_focused()


def test_two_agents_see_each_other_and_do_not_answer_twice(visitor: Visitor) -> None:
    reference = requested(visitor)
    one, two = at_work(visitor, reference), at_work(visitor, reference, "writer")
    expect(one.locator("[data-people]")).to_contain_text("is looking at this too")
    two.get_by_label("Your answer").press_sequentially("I have")
    expect(one.locator("[data-people]")).to_contain_text("is typing")
    one.get_by_label("Your answer").fill("What I was about to say.")
    two.get_by_label("Your answer").fill("I have it.")
    two.keyboard.press("Control+Enter")
    expect(two.get_by_text("Your answer is on its way.")).to_be_visible()
    expect(one.locator("[data-thread]")).to_contain_text("I have it.")
    one.get_by_label("Your answer").press("Control+Enter")
    expect(one.get_by_text("answered meanwhile")).to_be_visible()
    expect(one.get_by_label("Your answer")).to_have_value("What I was about to say.")


def test_the_queue_keeps_up_and_is_walked_by_keyboard(visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, "agent")
    page.goto("/agents?order=newest")
    expect(page.get_by_role("button", name="Set me away")).to_be_visible()
    reference = requested(visitor, name="Zora Neumann")
    expect(page.get_by_role("link", name=reference)).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(\d+\) Requests"))
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=reference)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Zora Neumann"))).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_of_the_workspace(visitor: Visitor, scheme: str, width: int) -> None:
    reference = requested(visitor)
    page = visitor(scheme=scheme, width=width)
    sign_in(page, "writer")
    for path in (
        "/agents?show=all",
        "/agents?find=nobody+of+ours",
        f"/agents/requests/{reference}",
        "/agents/canned-replies",
        "/agents/canned-replies/1",
        "/agents/panel?text=send+something+back",
        "/agents/panel/help",
        "/writers/flags",
    ):
        page.goto(path)
        check(page)


def test_without_scripts_an_agent_can_do_all_of_it(visitor: Visitor) -> None:
    reference = requested(visitor)
    page = visitor(javascript=False)
    sign_in(page, "agent")
    page.goto(f"/agents/requests/{reference}")
    page.get_by_label("Your answer").fill("**Plain** words")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong").first).to_have_text("Plain")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is on its way.")).to_be_visible()
    page.get_by_role("button", name="Mark as solved").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()
