from __future__ import annotations

import socket

import pytest

from portal.domain.errors import SetupError
from portal.integrations.web_server import ServerOptions, refuse_taken_address


def test_an_address_in_use_is_refused_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match="--port"):
            refuse_taken_address(ServerOptions(host="127.0.0.1", port=port))


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(SetupError, match="--host"):
        refuse_taken_address(ServerOptions(host="192.0.2.1", port=0))


def test_a_free_address_passes() -> None:
    refuse_taken_address(ServerOptions(host="127.0.0.1", port=0))


def test_ipv6_is_written_in_brackets() -> None:
    assert ServerOptions(host="::1", port=80).bind == "[::1]:80"
    assert ServerOptions(host="127.0.0.1", port=80).bind == "127.0.0.1:80"
