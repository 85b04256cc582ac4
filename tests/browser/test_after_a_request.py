"""After a request: the customer says how it was, and the figures, webhooks and drafts can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import LOOKS, check
from tests.live_site import LiveSite
from tests.service_history import fill_with_a_past
from tests.visits import SentRequest, answer, ask_a_human, search, sign_in

Visitor = Callable[..., Page]


def solved_request(visitor: Visitor) -> SentRequest:
    """A request that an agent has answered and solved."""
    customer = visitor()
    search(customer, "do you sell pianos")
    sent = ask_a_human(customer, "I would love a black upright piano. Can you order one?")
    agent = visitor()
    sign_in(agent, "agent")
    answer(agent, sent.reference, "We keep to small devices.")
    agent.get_by_role("button", name="Mark as solved").click()
    agent.get_by_role("button", name="Turn this into an article").click()
    expect(agent.get_by_text("The writers have a draft now")).to_be_visible()
    return sent


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_rates_by_keyboard_with_and_without_javascript(visitor: Visitor, javascript: bool) -> None:
    sent = solved_request(visitor)
    page = visitor(javascript=javascript, width=390)
    page.goto(f"{sent.path}/rate?score=okay")
    expect(page.get_by_role("radio", name="Okay")).to_be_checked()
    page.get_by_role("radio", name="Okay").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Good")).to_be_checked()
    page.get_by_label("In your own words").fill("Quick and kind.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you. What you said is read")).to_be_visible()
    expect(page.get_by_role("heading", name="You said")).to_be_visible()
    agent = visitor()
    sign_in(agent, "agent")
    agent.goto(f"/agents/requests/{sent.reference}")
    expect(agent.get_by_text("Quick and kind.")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_for_rating_and_drafts(visitor: Visitor, scheme: str, width: int) -> None:
    sent = solved_request(visitor)
    page = visitor(scheme=scheme, width=width)
    for path in (sent.path, f"{sent.path}/rate", f"{sent.path}/rate?score=bad", "/identify?token=x"):
        page.goto(path)
        check(page)
    page.get_by_role("link", name="Go to the help centre").click()
    writer = visitor(scheme=scheme, width=width)
    sign_in(writer, "writer")
    writer.goto("/writers/drafts")
    check(writer)
    writer.locator(".article-row__title").first.click()
    check(writer)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_figures_with_and_without_a_past(visitor: Visitor, site: LiveSite, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    sign_in(page, "agent")
    page.goto("/insights/service?days=7")
    check(page)
    fill_with_a_past(site)
    page.goto("/insights/service?days=90")
    for summary in page.get_by_text("As a table").all():
        summary.click()
    check(page)
    expect(page.get_by_role("img", name="Requests not solved, day by day")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").last.click()
    assert download.value.suggested_filename == "agents-90-days.csv"


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_of_webhooks(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor(scheme=scheme, width=width)
    sign_in(page, "admin")
    page.goto("/admin/webhooks")
    check(page)
    page.get_by_role("textbox", name="Address").fill(f"https://{scheme}.example.com/hook")
    page.get_by_role("button", name="Add and show the secret").click()
    expect(page.locator(".secret")).to_contain_text("whsec_")
    check(page)
    page.get_by_role("link", name="I have it").click()
    check(page)
    page.get_by_role("button", name="Pause").click()
    check(page)
