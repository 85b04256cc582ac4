"""The human side from end to end in two browsers: nothing found, a chat, an article by keyboard, solved, rated."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live_site import LiveSite, served
from tests.visits import search, sign_in

SECONDS = 1_000
QUESTION = "do you have a showroom in Lisbon"
ARTICLE = "Place an order"


@pytest.fixture(scope="module")
def open_site(site: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The shipped help centre with its index, open at all hours, so that there is somebody to chat with."""
    instance: Path = tmp_path_factory.mktemp("open") / "instance"
    shutil.copytree(site.instance / "index", instance / "index")
    with served(
        instance, commands=(("init", "--demo"), ("sync",)), PORTAL_BUSINESS_HOURS="mon-sun 00:00-24:00"
    ) as running:
        yield running


@pytest.fixture
def window(browser: Browser, open_site: LiveSite) -> Iterator[Callable[[int], Page]]:
    """Opens windows of people who do not know one another."""
    contexts: list[BrowserContext] = []

    def open_window(width: int) -> Page:
        context = browser.new_context(
            base_url=open_site.url, viewport={"width": width, "height": 844}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20 * SECONDS)
        return page

    yield open_window
    for context in contexts:
        context.close()


def best_article(page: Page) -> str:
    """The article that a result page names first."""
    return page.locator("main a[href*='/articles/']").first.inner_text()


def test_from_a_search_in_vain_to_an_answer_for_the_next_one(window: Callable[[int], Page]) -> None:
    agent, customer = window(1280), window(390)
    sign_in(agent, "agent")
    with agent.expect_response(lambda response: response.url.endswith("/agents/presence")):
        agent.goto("/agents?order=newest")

    search(customer, QUESTION)
    expect(customer.get_by_role("heading", name=re.compile("no article on this", re.IGNORECASE))).to_be_visible()
    customer.get_by_role("main").get_by_role("link", name="Talk to a human").first.click()
    customer.get_by_label("Your message").fill("Do you have a showroom in Lisbon, or anywhere I can look at a Hub?")
    customer.get_by_label("Your name").fill("Ada Berg")
    customer.get_by_label("Your e-mail address").fill("ada@example.org")
    customer.get_by_label("Chat with us now").check()
    customer.get_by_role("button", name="Start the chat").click()
    customer.wait_for_url("**/requests/**")
    reference = customer.locator(".reference").first.inner_text()

    # the agent is told without a reload, and sees what was searched
    agent.get_by_role("link", name=reference).click(timeout=5 * SECONDS)
    expect(agent.get_by_text(QUESTION).first).to_be_visible()
    agent.wait_for_load_state("load")
    agent.keyboard.press("r")
    expect(agent.get_by_label("Your answer")).to_be_focused()
    agent.keyboard.type("We have no showroom, Ada, and this says how to order and try it at home: ??")
    picker = agent.get_by_role("dialog", name="Insert an article")
    expect(picker).to_be_visible()
    agent.keyboard.type(ARTICLE.lower())
    expect(picker.get_by_role("option").first).to_contain_text(ARTICLE)
    agent.keyboard.press("Enter")
    expect(picker).to_be_hidden()
    agent.keyboard.press("Control+Enter")

    # the customer reads it in place, and opens the article
    link = customer.locator(".message--agent a", has_text=ARTICLE)
    expect(link).to_be_visible(timeout=10 * SECONDS)
    address = link.get_attribute("href") or ""
    assert "/a/" in address
    private = customer.url

    agent.reload()
    agent.get_by_role("button", name="Mark as solved").click()
    expect(agent.get_by_text("marked as solved")).to_be_visible()
    customer.goto(private)
    customer.get_by_role("link", name="Good").click()
    customer.get_by_role("button", name="Send", exact=True).click()
    expect(customer.get_by_text("Thank you. What you said is read")).to_be_visible()
    customer.goto(address)
    expect(customer.get_by_role("heading", name=ARTICLE, level=1)).to_be_visible()

    # the worker learns from the link: the next one who asks finds it
    somebody_else = window(390)
    for _ in range(60):
        search(somebody_else, QUESTION)
        if ARTICLE in best_article(somebody_else):
            return
        somebody_else.wait_for_timeout(1 * SECONDS)
    pytest.fail(f"The words still lead to “{best_article(somebody_else)}”.")
