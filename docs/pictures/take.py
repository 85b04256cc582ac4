"""Takes the pictures of docs/pictures anew: the real portal with the shipped articles, used by the demo people.

Run it with ``make pictures``. A customer searches, reads, votes and asks for a human; an agent answers; then every main
page is photographed on a phone and on a desktop, and the three that matter most in the dark as well.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from docs.pictures.palette import shrink
from tests.browser.conftest import launch
from tests.live_site import LiveSite, live_site
from tests.service_history import fill_with_a_past
from tests.visits import SentRequest, answer, ask_a_human, search, sign_in

FOLDER = Path(__file__).parent
#: Width and height in CSS pixels of the screens.
SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}
#: Longer pages are cut here, in CSS pixels.
TALLEST = 1600
#: Of all pictures together: the repository is cloned by many.
MOST_BYTES = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One page to be photographed.

    Attributes:
        who: Who is signed in, or empty.
        dark: Whether it is photographed in the dark too, on the desktop.
    """

    name: str
    path: str
    who: str = ""
    dark: bool = False


def shots(sent: SentRequest) -> tuple[Shot, ...]:
    """Every main page, given a request that an agent has answered."""
    return (
        Shot(name="home", path="/", dark=True),
        Shot(name="category", path="/categories/delivery"),
        Shot(name="article", path="/articles/hub-status-ring", dark=True),
        Shot(name="results-answered", path="/search?q=I+never+got+my+parcel", dark=True),
        Shot(name="results-unsure", path="/search?q=my+neighbour+can+see+my+devices"),
        Shot(name="results-no-answer", path="/search?q=do+you+sell+pianos"),
        Shot(name="request", path=sent.path),
        Shot(name="sign-in", path="/sign-in"),
        Shot(name="not-found", path="/articles/no-such-article"),
        Shot(name="my-requests", path="/requests", who="customer"),
        Shot(name="account", path="/account", who="customer"),
        Shot(name="agents-requests", path="/agents?show=all", who="agent"),
        Shot(name="agents-request", path=f"/agents/requests/{sent.reference}", who="agent"),
        Shot(name="agents-canned-replies", path="/agents/canned-replies", who="agent"),
        Shot(name="agents-panel", path="/agents/panel?text=I+never+got+my+parcel", who="agent"),
        Shot(name="writers-flags", path="/writers/flags", who="writer"),
        Shot(name="writers-failed-searches", path="/writers/failed-searches", who="writer"),
        Shot(name="admin-mail", path="/admin/mail", who="admin"),
    )


@contextmanager
def window(browser: Browser, site: LiveSite, screen: str = "desktop", *, dark: bool = False) -> Iterator[Page]:
    """A window of a new visitor."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def live_a_little(browser: Browser, site: LiveSite) -> SentRequest:
    """Let customers, and an agent, leave what the pages show: searches, a vote, two requests and an answer."""
    with window(browser, site) as customer:
        for words in ("piano stool", "do you sell pianos", "garden lamp waterproof", "can I pay with bitcoin"):
            search(customer, words)
    with window(browser, site) as customer:
        sign_in(customer, "customer")
        search(customer, "I never got my parcel")
        customer.get_by_role("main").get_by_role("article").first.get_by_role("link").first.click()
        customer.get_by_role("button", name="No", exact=True).click()
        ask_a_human(customer, "My Sense should have come last Tuesday, order OS-20264711. Nobody next door has it.")
    with window(browser, site) as customer:
        search(customer, "do you sell pianos")
        sent = ask_a_human(customer, "I liked your lamps and would love a black upright piano. Can you order one?")
    with window(browser, site) as agent:
        sign_in(agent, "agent")
        answer(agent, sent.reference, "We keep to small devices, so a piano is not among them. Thank you for asking!")
    return sent


def take_all(browser: Browser, site: LiveSite, sent: SentRequest) -> None:
    """Photograph every page on both screens, and the form with its journey, which only its visitor sees."""
    for screen in SCREENS:
        for shot in shots(sent):
            take(browser, site, shot, screen)
        with window(browser, site, screen) as page:
            search(page, "do you sell pianos")
            page.goto("/talk-to-a-human")
            save(page, f"talk-to-a-human-{screen}")
    for shot in shots(sent):
        if shot.dark:
            take(browser, site, shot, "desktop", dark=True)


def shots_of_what_follows(sent: SentRequest) -> tuple[Shot, ...]:
    """The pages that matter once a request is solved, and those for whoever looks back."""
    return (
        Shot(name="rate", path=f"{sent.path}/rate?score=good"),
        Shot(name="insights-service", path="/insights/service?days=90", who="agent", dark=True),
        Shot(name="writers-drafts", path="/writers/drafts", who="writer"),
        Shot(name="admin-webhooks", path="/admin/webhooks", who="admin"),
    )


def take_what_follows(browser: Browser, site: LiveSite, sent: SentRequest) -> None:
    """Solve the request, begin an article from it, and photograph what follows, with a past for the figures."""
    with window(browser, site) as agent:
        sign_in(agent, "agent")
        agent.goto(f"/agents/requests/{sent.reference}")
        agent.get_by_role("button", name="Mark as solved").click()
        agent.get_by_role("button", name="Turn this into an article").click()
    fill_with_a_past(site)
    for shot in shots_of_what_follows(sent):
        for screen in SCREENS:
            take(browser, site, shot, screen)
        if shot.dark:
            take(browser, site, shot, "desktop", dark=True)


def take(browser: Browser, site: LiveSite, shot: Shot, screen: str, *, dark: bool = False) -> None:
    """Photograph one page as one visitor sees it."""
    with window(browser, site, screen, dark=dark) as page:
        if shot.who:
            sign_in(page, shot.who)
        page.goto(shot.path)
        save(page, f"{shot.name}-{screen}{'-dark' if dark else ''}")


def save(page: Page, name: str) -> None:
    """Write the page, from its top to its end or to the tallest picture allowed."""
    page.wait_for_load_state("networkidle")
    size = page.viewport_size or {"width": 1280, "height": 800}
    height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    picture = page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
    page.goto("about:blank")
    (FOLDER / f"{name}.png").write_bytes(shrink(picture, page))


def main() -> int:
    """Take all pictures; 1 when together they are larger than the repository should carry."""
    with (
        tempfile.TemporaryDirectory() as folder,
        live_site(Path(folder) / "instance") as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        sent = live_a_little(browser, site)
        take_all(browser, site, sent)
        take_what_follows(browser, site, sent)
        browser.close()
    pictures = list(FOLDER.glob("*.png"))
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures, {size / 1_000_000:.1f} MB, in {FOLDER}")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
