"""Two people in two browsers: a customer whose search found nothing, and the agent who answers in the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live_site import LiveSite, served
from tests.visits import search, sign_in

SECONDS = 1_000


@pytest.fixture(scope="module")
def chatting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A portal with the demo people and without any index, open at all hours."""
    folder = tmp_path_factory.mktemp("chatting")
    with served(folder / "instance", PORTAL_BUSINESS_HOURS="mon-sun 00:00-24:00") as running:
        yield running


@pytest.fixture
def window(browser: Browser, chatting_site: LiveSite) -> Iterator[Callable[..., Page]]:
    """Opens windows of people who do not know one another."""
    contexts: list[BrowserContext] = []

    def open_window(*, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=chatting_site.url, java_script_enabled=javascript, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15 * SECONDS)
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def agent(window: Callable[..., Page]) -> Page:
    """An agent at the desk."""
    page = window()
    sign_in(page, "agent")
    with page.expect_response(lambda response: response.url.endswith("/agents/presence")):
        page.goto("/agents")
    return page


def start_chat(page: Page, message: str) -> str:
    """Begin a chat; returns the reference."""
    page.goto("/talk-to-a-human")
    page.get_by_label("Your message").fill(message)
    page.get_by_label("Your name").fill("Ada Berg")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_label("Chat with us now").check()
    page.get_by_role("button", name="Start the chat").click()
    page.wait_for_url("**/requests/**")
    return page.locator(".reference").first.inner_text()


def answer(page: Page, words: str) -> None:
    page.get_by_label("Your answer").fill(words)
    page.get_by_role("button", name="Send").first.click()


def thread(page: Page) -> list[str]:
    return [item.inner_text() for item in page.locator(".thread .message__body, .thread .message__rich").all()]


def test_they_talk_in_place_without_a_reload(agent: Page, window: Callable[..., Page]) -> None:
    customer = window()
    search(customer, "hub hums at night")
    customer.get_by_role("main").get_by_role("link", name="Talk to a human").first.click()
    reference = start_chat(customer, "My hub hums at night.")
    customer.evaluate("document.body.dataset.untouched = 'yes'")

    agent.goto(f"/agents/requests/{reference}")
    expect(agent.get_by_text("hub hums at night").first).to_be_visible()
    expect(customer.locator("[data-live-line]")).to_contain_text("is here")
    agent.get_by_label("Your answer").press_sequentially("Hello", delay=20)
    expect(customer.locator("[data-live-line]")).to_contain_text("is typing")
    answer(agent, "Please **hold** its button for ten seconds.")
    expect(customer.locator(".message--agent strong")).to_have_text("hold", timeout=3 * SECONDS)

    customer.get_by_label("Your message").fill("It is quiet now, thank you!")
    customer.keyboard.press("Enter")
    expect(agent.get_by_text("It is quiet now, thank you!").first).to_be_visible(timeout=5 * SECONDS)
    expect(customer.locator("[data-sending]")).to_have_count(0)
    assert customer.evaluate("document.body.dataset.untouched") == "yes"
    assert customer.get_by_label("Your message").input_value() == ""


def test_a_lost_connection_and_a_reload_lose_and_double_nothing(agent: Page, window: Callable[..., Page]) -> None:
    customer = window()
    start_chat(customer, "First")
    customer.context.set_offline(True)
    for text in ("Second", "Third"):
        customer.get_by_label("Your message").fill(text)
        customer.keyboard.press("Enter")
    expect(customer.get_by_text("Not sent yet").first).to_be_visible()
    customer.context.set_offline(False)
    customer.reload()
    expect(customer.locator("[data-sending]")).to_have_count(0)
    assert thread(customer) == ["First", "Second", "Third"]
    customer.reload()
    assert thread(customer) == ["First", "Second", "Third"]
    assert agent.url.endswith("/agents")


def test_without_a_stream_the_page_asks(agent: Page, window: Callable[..., Page]) -> None:
    customer = window()
    customer.route("**/events?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}))
    reference = start_chat(customer, "Do you hear me?")
    agent.goto(f"/agents/requests/{reference}")
    answer(agent, "Loud and clear.")
    expect(customer.locator(".message--agent")).to_contain_text("Loud and clear.", timeout=10 * SECONDS)


def test_without_scripts_the_chat_is_a_page_with_a_form(agent: Page, window: Callable[..., Page]) -> None:
    customer = window(javascript=False)
    customer.goto("/talk-to-a-human")
    customer.get_by_label("Your message").fill("No scripts here")
    customer.get_by_label("Your e-mail address").fill("ada@example.org")
    customer.get_by_label("Chat with us now").check()
    customer.get_by_role("button", name="Send to a human").click()
    customer.get_by_label("Your message").fill("One more thing")
    customer.get_by_role("button", name="Send").click()
    assert thread(customer) == ["No scripts here", "One more thing"]
    assert agent.url.endswith("/agents")


def test_out_of_hours_a_message_is_offered_and_when_people_are_back(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "instance", PORTAL_BUSINESS_HOURS="wed 09:00-09:01", PORTAL_HOLIDAYS="") as closed:
        page = browser.new_page(base_url=closed.url)
        page.goto("/talk-to-a-human")
        expect(page.get_by_text("Live chat is closed")).to_be_visible()
        expect(page.get_by_text("We are back").first).to_be_visible()
        expect(page.get_by_label("Send a message")).to_be_checked()
        page.close()
