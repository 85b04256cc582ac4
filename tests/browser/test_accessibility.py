"""Every main page, light on a desktop and dark on a phone: no serious violation, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.visits import ask_a_human, search, sign_in

Visitor = Callable[..., Page]

PUBLIC = (
    "/",
    "/categories/delivery",
    "/articles/delivery-not-arrived",
    "/articles/hub-status-ring",
    "/search?q=I+never+got+my+parcel",
    "/search?q=do+you+sell+pianos",
    "/search?q=",
    "/talk-to-a-human",
    "/sign-in",
    "/articles/no-such-article",
)
PERSONAL = {
    "customer": ("/account", "/requests"),
    "agent": ("/agents", "/articles/read-a-journey"),
    "writer": ("/writers/gaps", "/writers/failed-searches", "/writers/past-questions"),
    "admin": ("/admin/mail", "/admin/jobs", "/admin/health"),
}
#: 320 px is what WCAG 1.4.10 asks a page to fit into.
LOOKS = [("light", 1280), ("dark", 320)]


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(visitor: Visitor, path: str, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    page.goto(path)
    check(page)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("role", PERSONAL)
def test_pages_of_those_who_are_signed_in(visitor: Visitor, role: str, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    sign_in(page, role)
    for path in PERSONAL[role]:
        page.goto(path)
        check(page)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_of_a_request(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    search(page, "do you sell pianos")
    page.goto("/talk-to-a-human")
    check(page)
    page.get_by_role("button", name="Send to a human").click()
    expect(page.get_by_text("Nothing was lost")).to_be_visible()
    check(page)
    page.goto("/search?q=do+you+sell+pianos")
    sent = ask_a_human(page, "I would like to buy a piano.")
    check(page)
    page.goto(sent.path)
    check(page)
    agent = visitor(scheme=scheme, width=width)
    sign_in(agent, "agent")
    agent.goto(f"/agents/requests/{sent.reference}")
    check(agent)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_open_suggestions_and_an_open_menu(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    sign_in(page, "customer")
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("delivery")
    expect(page.get_by_role("listbox")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.locator("summary").first.click()
    expect(page.get_by_role("link", name="My requests").first).to_be_visible()
    check(page)


def test_a_table_for_staff_fits_a_phone_and_is_still_heard_as_a_table(visitor: Visitor) -> None:
    search(visitor(), "do you sell pianos")
    page = visitor(width=390)
    sign_in(page, "writer")
    page.goto("/writers/failed-searches")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("rowheader").first).to_be_visible()
    hidden = page.locator(".table-scroll").evaluate("frame => frame.scrollWidth - frame.clientWidth")
    assert hidden <= 0, f"{hidden} px of the table stand beside the screen."


def test_help_is_found_in_the_same_place_on_every_page(visitor: Visitor) -> None:
    """WCAG 2.2, 3.2.6: first among the header's actions, and on a phone without opening a menu."""
    page = visitor(width=320)
    for path in PUBLIC:
        page.goto(path)
        first = page.get_by_role("banner").get_by_role("navigation").first.get_by_role("link").first
        expect(first).to_have_text("Talk to a human")
        expect(first).to_be_in_viewport()


def test_a_form_says_what_is_wrong_in_words_tied_to_the_field(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/talk-to-a-human")
    page.get_by_role("button", name="Send to a human").click()
    message = page.get_by_label("Your message")
    expect(message).to_have_attribute("aria-invalid", "true")
    described = message.get_attribute("aria-describedby") or ""
    expect(page.locator(f"#{described.split()[-1]}")).not_to_be_empty()


def check(page: Page) -> None:
    """Hold a page to WCAG as far as a machine can, and to the width of its screen."""
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    told = [f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}" for each in grave]
    assert not told, f"{page.url}: {told}"
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen."
