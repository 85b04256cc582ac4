from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import portal
from portal.domain.attachments import Attachment
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Conversation
from portal.integrations.mail_templates import MailIdentity, MailWriter
from portal.integrations.phrases import PhraseBook
from portal.integrations.private_links import PrivateLinks
from portal.integrations.reply_addresses import ReplyAddresses
from tests.conversation_builders import NOW, conversation

FOLDER = Path(portal.__file__).parent / "templates" / "mail"


@pytest.fixture
def links() -> PrivateLinks:
    return PrivateLinks("s" * 32, FrozenClock(NOW), valid_days=90, public_url="https://help.example")


@pytest.fixture
def writer(links: PrivateLinks) -> MailWriter:
    return writer_for(links, "")


def writer_for(links: PrivateLinks, reply_address: str) -> MailWriter:
    numbers = count(1)
    return MailWriter(
        FOLDER,
        identity=MailIdentity(site_name="Ostrel Help", company_name="Ostrel", domain="ostrel.example"),
        book=PhraseBook(zone=ZoneInfo("Europe/Berlin"), folder=Path("nowhere")),
        links=links,
        replies=ReplyAddresses("s" * 32, reply_address),
        new_token=lambda: str(next(numbers)),
    )


@pytest.fixture
def request_of_ada() -> Conversation:
    return replace(conversation(), reply_expected_at=NOW + timedelta(hours=4))


def test_a_confirmation_has_all_that_a_customer_needs(
    writer: MailWriter, links: PrivateLinks, request_of_ada: Conversation
) -> None:
    draft = writer.confirmation(request_of_ada, now=NOW)
    assert draft.subject == "We have your request R-222222"
    assert draft.automatic
    assert draft.body.startswith("Hello Ada,\n\n")
    assert "We usually reply by 16:00 today (Berlin time)." in draft.body
    assert links.url(request_of_ada) in draft.body.splitlines()
    assert (draft.to_name, draft.to_address) == ("Ada Berg", "ada@ostrel.example")
    assert draft.message_id == "r-222222.1@ostrel.example"


def test_a_confirmation_carries_nothing_that_a_stranger_wrote(writer: MailWriter, request_of_ada: Conversation) -> None:
    """Anybody can make the site write to any address: what they typed must not come along."""
    stranger = replace(request_of_ada, name="Buy now at http://evil.example\r\nBcc: eve@evil.example")
    draft = writer.confirmation(replace(stranger, name="http://evil.example now"), now=NOW)
    assert draft.body.startswith("Hello,\n\n")
    assert "evil" not in draft.body + draft.subject


def test_an_answer_carries_the_agents_words_as_they_are(writer: MailWriter, request_of_ada: Conversation) -> None:
    text = "Please press **reset**.\n\n1. Unplug & wait\n2. <Plug> it in {{ 7 * 7 }}"
    draft = writer.answer(request_of_ada, text=text, agent_name="Ben Okafor", now=NOW)
    assert draft.subject == "An answer to your request R-222222"
    assert not draft.automatic
    assert f"Hello Ada,\n\n{text}\n\nKind regards\nBen Okafor\nOstrel Help\n" in draft.body


def test_each_mail_has_an_id_of_its_own(writer: MailWriter, request_of_ada: Conversation) -> None:
    drafts = [writer.confirmation(request_of_ada, now=NOW) for _ in range(2)]
    assert drafts[0].message_id != drafts[1].message_id


def test_blank_lines_stay_single(writer: MailWriter, request_of_ada: Conversation) -> None:
    assert "\n\n\n" not in writer.confirmation(request_of_ada, now=NOW).body


def test_an_answer_has_a_look_beside_its_text(writer: MailWriter, request_of_ada: Conversation) -> None:
    text = "Please **reset** [it](/articles/hub).\n\n<script>alert(1)</script>"
    draft = writer.answer(request_of_ada, text=text, agent_name="Ben <b>", now=NOW)
    assert "<strong>reset</strong>" in draft.html
    assert 'href="https://help.example/articles/hub"' in draft.html
    assert "Ben &lt;b&gt;" in draft.html
    assert "<script>" not in draft.html
    assert writer.confirmation(request_of_ada, now=NOW).html == ""


def test_files_of_an_answer_are_named_and_stay_under_the_private_link(
    writer: MailWriter, links: PrivateLinks, request_of_ada: Conversation
) -> None:
    file = Attachment(stored_name="ab" * 16, file_name="steps & more.pdf", media_type="application/pdf", size_bytes=9)
    draft = writer.answer(request_of_ada, text="See the file.", agent_name="Ben", now=NOW, files=(file,))
    assert "- steps & more.pdf\n" in draft.body
    assert "<li>steps &amp; more.pdf</li>" in draft.html
    assert links.url(request_of_ada) in draft.html


def test_a_mail_says_how_it_can_be_answered(links: PrivateLinks, request_of_ada: Conversation) -> None:
    without, with_address = writer_for(links, ""), writer_for(links, "help@ostrel.example")
    closed = without.answer(request_of_ada, text="Hello", agent_name="Ben", now=NOW)
    assert (closed.reply_to, "please open your request R-222222" in closed.body) == ("", True)
    open_ = with_address.answer(request_of_ada, text="Hello", agent_name="Ben", now=NOW)
    assert open_.reply_to.startswith("help+222222-3-")
    assert "You can simply answer this mail." in open_.body
    assert with_address.confirmation(request_of_ada, now=NOW).reply_to == open_.reply_to
