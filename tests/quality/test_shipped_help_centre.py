"""The shipped help centre, asked in customers' words with the real model: floors below what was measured.

The words are not those of the articles. The floors leave room for a change that helps elsewhere; measured when they
were set: 26 of 33 first, 32 among the first three, no unrelated question answered.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.container import Container
from portal.domain.searches import SearchPage
from portal.domain.users import Viewer
from portal.settings import Settings
from search_index import SearchMode, Verdict
from tests.live_site import LiveSite

pytestmark = pytest.mark.model

FIRST_AT_LEAST = 24
AMONG_THREE_AT_LEAST = 32
#: The shipped thresholds put up with 8 % on the hardest set.
SENT_AWAY_AT_MOST = 1
TURNED_AWAY_AT_LEAST = 10

#: What a customer types, and the article that answers it.
COVERED: dict[str, str] = {
    "I never got my parcel": "delivery-not-arrived",
    "my parcel is three days late": "delivery-not-arrived",
    "courier says it was dropped off but there's nothing here": "delivery-marked-delivered-but-missing",
    "cant log in": "sign-in-problems",
    "forgot my pasword": "reset-your-password",
    "it says too many attempts, try again later": "account-locked",
    "I lost the phone with my codes": "lost-recovery-codes",
    "how do I get rid of my account": "close-your-account",
    "I ordered the wrong colour": "change-an-order",
    "I don't want my order any more": "cancel-an-order",
    "box arrived smashed": "damaged-on-arrival",
    "one plug missing from the package": "missing-items-in-box",
    "send to another address": "change-delivery-address",
    "how do I send something back": "return-an-item",
    "money not back on my card yet": "refund-not-received",
    "my card was refused": "payment-declined",
    "why did you take the money two times": "charged-twice",
    "I need a receipt for my taxes": "invoices-and-receipts",
    "stop my subscription": "cancel-ostrel-plus",
    "switch to paying yearly": "change-plan",
    "the ring is orange": "hub-status-ring",
    "wifi changed, hub not connecting": "connect-hub-to-wifi",
    "E-204": "pairing-fails",
    "temperature is wrong": "sense-readings-wrong",
    "batteries empty after a month": "battery-drains-fast",
    "app closes by itself": "app-crashes",
    "no alerts on my phone": "notifications-not-arriving",
    "update stuck": "firmware-update-failed",
    "new smartphone, how do I keep my devices": "move-to-a-new-phone",
    "we are moving house": "move-hub-to-new-home",
    "got a strange email asking for my password": "suspicious-messages",
    "somebody hacked me": "someone-used-my-account",
    "download everything you know about me": "export-your-data",
}

#: What no article covers.
UNRELATED = (
    "do you sell pianos",
    "what is the capital of france",
    "best pizza in town",
    "who won the football match",
    "how tall is mount everest",
    "can you write my homework",
    "book a flight to rome",
    "how do I boil an egg",
    "is the moon made of cheese",
    "train times to london",
    "my cat is ill",
    "asdkjh qwoieu",
)


@pytest.fixture(scope="module")
def container(site: LiveSite) -> Iterator[Container]:
    """The index of the live site, in this process; patient with the encoder, as the machine may be busy."""
    built = Container(Settings(instance=site.instance, encoder_timeout_ms=10_000))
    built.search_engine.warm_up()
    yield built
    built.database.dispose()


@pytest.fixture(scope="module")
def pages(container: Container) -> dict[str, SearchPage]:
    """Every question asked once."""
    return {text: container.search.search(text, Viewer()) for text in (*COVERED, *UNRELATED)}


def test_all_is_asked_of_the_full_engine(pages: dict[str, SearchPage]) -> None:
    assert {page.mode for page in pages.values()} == {SearchMode.HYBRID}
    assert {page.degraded for page in pages.values()} == {None}


def test_the_right_article_is_first_or_nearly(pages: dict[str, SearchPage]) -> None:
    ranks = {
        text: [hit.article_id for hit in pages[text].hits].index(wanted) + 1
        for text, wanted in COVERED.items()
        if wanted in [hit.article_id for hit in pages[text].hits]
    }
    assert sum(rank == 1 for rank in ranks.values()) >= FIRST_AT_LEAST, ranks
    assert sum(rank <= 3 for rank in ranks.values()) >= AMONG_THREE_AT_LEAST, ranks


def test_hardly_anybody_with_a_covered_question_is_sent_away(pages: dict[str, SearchPage]) -> None:
    away = [text for text in COVERED if pages[text].verdict is Verdict.NO_ANSWER]
    assert len(away) <= SENT_AWAY_AT_MOST, away


def test_what_no_article_covers_is_not_answered(pages: dict[str, SearchPage]) -> None:
    verdicts = {text: pages[text].verdict for text in UNRELATED}
    assert [text for text, verdict in verdicts.items() if verdict is Verdict.ANSWERED] == []
    assert sum(verdict is Verdict.NO_ANSWER for verdict in verdicts.values()) >= TURNED_AWAY_AT_LEAST, verdicts
