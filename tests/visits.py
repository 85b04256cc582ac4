"""What the people of a story do in a browser window, in the words the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page

#: The demo people that ``portal init --demo`` opens accounts for.
PASSWORDS = {
    "customer": "customer at the door",
    "agent": "agent at the desk",
    "writer": "writer at the keys",
    "admin": "admin at the helm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request as its sender knows it: the reference, and the path of the private link."""

    reference: str
    path: str


def sign_in(page: Page, role: str) -> None:
    """Sign one of the demo people in."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(f"{role}@ostrel.example")
    page.get_by_label("Password").fill(PASSWORDS[role])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")


def search(page: Page, words: str) -> None:
    """Type words into the search box of the home page and press Enter."""
    page.goto("/")
    page.get_by_role("search").get_by_label("Search the help centre").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")


def ask_a_human(page: Page, message: str, *, name: str = "Ada Berg", email: str = "ada@example.org") -> SentRequest:
    """Follow the page's invitation to a human, fill in the form and send it."""
    page.get_by_role("main").get_by_role("link", name="Talk to a human").first.click()
    page.get_by_label("Your message").fill(message)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send to a human").click()
    page.get_by_role("heading", name="Your request has arrived").wait_for()
    link = page.get_by_role("link", name="Open your request").get_attribute("href") or ""
    return SentRequest(reference=page.locator(".reference").first.inner_text(), path=urlsplit(link).path)


def answer(page: Page, reference: str, words: str) -> None:
    """Answer a request as an agent who is signed in."""
    page.goto(f"/agents/requests/{reference}")
    page.get_by_label("Your answer").fill(words)
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_text(words).first.wait_for()
