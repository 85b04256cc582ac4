"""One real site and one real browser for all browser tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.live_site import LiveSite

#: What Debian and others call it.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs a browser, and the site behind it the model."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.model)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one these tests are skipped."""
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except Error as trouble:
            pytest.skip(f"No Chromium could be started: {trouble.message.splitlines()[0]}")
        yield chromium
        chromium.close()


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, or else Playwright's own."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


@pytest.fixture
def visitor(browser: Browser, site: LiveSite) -> Iterator[Callable[..., Page]]:
    """Opens windows of new visitors: ``visitor(javascript=False, scheme="dark", width=390)``."""
    contexts: list[BrowserContext] = []

    def open_window(*, javascript: bool = True, scheme: str = "light", width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=site.url,
            java_script_enabled=javascript,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_window
    for context in contexts:
        context.close()
