from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.clock import FrozenClock
from portal.integrations.private_links import PrivateLink, PrivateLinks
from tests.conversation_builders import NOW, conversation

CONVERSATION = conversation()


def links(clock: FrozenClock | None = None, secret: str = "s" * 32) -> PrivateLinks:
    return PrivateLinks(secret, clock or FrozenClock(NOW), valid_days=90, public_url="https://help.example/")


def test_a_link_says_which_request_and_which_version() -> None:
    url = links().url(CONVERSATION)
    assert url.startswith("https://help.example/requests/R-222222-3.")
    assert links().read(url.rsplit("/", 1)[1]) == PrivateLink(reference="R-222222", token_version=3)


def test_a_link_expires() -> None:
    clock = FrozenClock(NOW)
    token = links(clock).token(CONVERSATION)
    clock.move(timedelta(days=90))
    assert links(clock).read(token) is not None
    clock.move(timedelta(seconds=1))
    assert links(clock).read(token) is None


def test_a_link_from_the_future_is_not_believed() -> None:
    token = links(FrozenClock(NOW + timedelta(days=1))).token(CONVERSATION)
    assert links(FrozenClock(NOW)).read(token) is None


def test_a_link_signed_with_another_secret_is_forged() -> None:
    assert links().read(links(secret="t" * 32).token(CONVERSATION)) is None


def test_no_character_of_a_link_can_be_changed() -> None:
    token = links().token(CONVERSATION)
    for place, character in enumerate(token[:-1]):  # the last one carries bits that base64 leaves unused
        forged = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        assert links().read(forged) is None
    other = links().token(replace(CONVERSATION, reference="R-222223"))
    assert links().read(other.split(".", 1)[0] + "." + token.split(".", 1)[1]) is None


@pytest.mark.parametrize("token", ["", ".", "..", "R-222222-3", "R-222222-3..", "é.é.é", "\x00", "a" * 10_000])
def test_rubbish_is_no_link(token: str) -> None:
    assert links().read(token) is None


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert links().read(text) is None
