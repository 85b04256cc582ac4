"""Everything a customer needs can be done with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.visits import sign_in

Visitor = Callable[..., Page]


def test_the_first_stop_leads_past_the_header(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/articles/delivery-not-arrived")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_suggestion_is_chosen_with_the_arrow_keys(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the help centre")
    expect(box).to_be_focused()
    page.keyboard.type("delivery has not")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("ArrowDown")
    option = page.get_by_role("option", selected=True)
    expect(option).to_have_text("Your delivery has not arrived")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/articles/delivery-not-arrived"))


def test_a_past_query_says_in_words_that_it_is_one(visitor: Visitor) -> None:
    page = visitor()
    found = [
        {"text": "delivery late", "url": "/search?q=delivery%20late", "kind": "query"},
        {"text": "Your delivery has not arrived", "url": "/articles/delivery-not-arrived", "kind": "article"},
    ]
    page.route("**/suggest?*", lambda route: route.fulfill(json={"suggestions": found}))
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("delivery")
    options = page.get_by_role("option")
    expect(options.first).to_have_accessible_name(re.compile(r"^delivery late ?, ?Searched before$"))
    expect(options.last).to_have_accessible_name("Your delivery has not arrived")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=delivery%20late"))


def test_escape_closes_the_suggestions_and_keeps_the_words(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/")
    box = page.get_by_role("combobox", name="Search the help centre")
    box.press_sequentially("delivery")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    expect(box).to_have_value("delivery")


def test_from_the_search_box_to_the_answer_without_a_mouse(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("I never got my parcel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    press_until_focused(page, "Your delivery has not arrived")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/articles/delivery-not-arrived"))


def test_the_shortcut_can_be_switched_off(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/")
    page.get_by_role("button", name=re.compile("opens search")).click()
    page.reload()
    expect(page.get_by_role("button", name=re.compile("for search: switch on"))).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search the help centre")).not_to_be_focused()


def test_escape_closes_the_menu_and_goes_back_to_its_opener(visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, "customer")
    opener = page.locator("details.menu > summary")
    opener.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("banner").get_by_role("link", name="My requests")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("banner").get_by_role("link", name="My requests")).to_be_hidden()
    expect(opener).to_be_focused()


def press_until_focused(page: Page, name: str, most: int = 30) -> None:
    """Press Tab until the link of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"No Tab stop within {most} is called {name!r}.")
