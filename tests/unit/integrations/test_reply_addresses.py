from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import SetupError
from portal.integrations.reply_addresses import MAX_LOCAL_LENGTH, ReplyAddresses, ReplyTo, parse_reply_address
from tests.conversation_builders import conversation

CONVERSATION = conversation()
SECRET = "s" * 32
REPLIES = ReplyAddresses(SECRET, "Help@ostrel.example")


def test_an_address_says_which_request_and_which_version() -> None:
    address = REPLIES.address_for(CONVERSATION)
    assert address.startswith("Help+222222-3-")
    assert REPLIES.read(address) == ReplyTo(reference="R-222222", token_version=3)


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, lambda text: f"  {text} "])
def test_mail_systems_may_change_its_case(change: object) -> None:
    assert callable(change)
    assert REPLIES.read(change(REPLIES.address_for(CONVERSATION))) is not None


def test_an_address_made_up_or_made_elsewhere_is_none() -> None:
    address = REPLIES.address_for(CONVERSATION)
    other_request = address.replace("222222", "222223")
    other_version = address.replace("-3-", "-4-")
    other_secret = ReplyAddresses("t" * 32, "help@ostrel.example").address_for(CONVERSATION)
    other_domain = address.replace("ostrel", "evil")
    for forged in (other_request, other_version, other_secret, other_domain, "help@ostrel.example", "", "@", "help+@x"):
        assert REPLIES.read(forged) is None


@given(st.text(max_size=80))
def test_whatever_stands_there_is_read_without_trouble(text: str) -> None:
    assert REPLIES.read(text) is None
    assert REPLIES.read(f"help+{text}@ostrel.example") is None


def test_without_a_setting_nobody_can_answer() -> None:
    closed = ReplyAddresses(SECRET, "")
    assert (closed.is_set, closed.address, closed.address_for(CONVERSATION)) == (False, "", "")
    assert closed.read(REPLIES.address_for(CONVERSATION)) is None


def test_the_first_part_fits_into_an_address() -> None:
    long = ReplyAddresses(SECRET, f"{'x' * 30}@ostrel.example")
    address = long.address_for(replace(CONVERSATION, token_version=999_999_999))
    assert len(address.partition("@")[0]) <= MAX_LOCAL_LENGTH
    with pytest.raises(SetupError, match="too long"):
        parse_reply_address(f"{'x' * 40}@ostrel.example")
    with pytest.raises(SetupError, match="PORTAL_REPLY_ADDRESS"):
        parse_reply_address("help")
