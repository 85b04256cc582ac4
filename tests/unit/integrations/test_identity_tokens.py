from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from portal.domain.clock import FrozenClock
from portal.domain.errors import SetupError
from portal.domain.identity import RefusedToken, TokenFault
from portal.integrations.identity_tokens import IdentityTokens
from tests.conversation_builders import NOW
from tests.identity_tokens import AUDIENCE, SECRET, signed


@pytest.fixture
def tokens(clock: FrozenClock) -> IdentityTokens:
    return IdentityTokens(SECRET, clock, audience=AUDIENCE)


def fault_of(tokens: IdentityTokens, token: str) -> TokenFault:
    with pytest.raises(RefusedToken) as refused:
        tokens.read(token)
    return refused.value.fault


def test_a_genuine_token_says_who_it_is(tokens: IdentityTokens) -> None:
    identity = tokens.read(signed(NOW, jti="t1"))
    assert (identity.subject, identity.email, identity.name) == ("customer-17", "eve@shop.example", "Eve Adams")
    assert identity.facts == {"plan": "Plus"}
    assert identity.expires_at == NOW + timedelta(minutes=5)
    assert "t1" not in identity.token_key


def test_forged_ones_are_refused(tokens: IdentityTokens) -> None:
    genuine = signed(NOW)
    head, body, mark = genuine.split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    forged = (
        signed(NOW, secret="another secret of quite some length, that is not the one of the shop itself"),
        signed(NOW, algorithm="HS512"),
        signed(NOW, algorithm="none"),
        f"{unsigned}.{body}.",
        f"{head}.{body}.{mark[:-4]}AAAA",
        signed(NOW, aud="https://elsewhere.example"),
        "",
        "not a token",
        "a.b.c",
        "é.é.é",
        "x" * 5_000,
    )
    assert [fault_of(tokens, token) for token in forged] == [TokenFault.FORGED] * len(forged)


def test_time_is_told_by_the_clock(tokens: IdentityTokens, clock: FrozenClock) -> None:
    token = signed(NOW)
    clock.move(timedelta(minutes=5, seconds=59))
    assert tokens.read(token).subject == "customer-17"
    clock.move(timedelta(seconds=1))
    assert fault_of(tokens, token) is TokenFault.EXPIRED


def test_a_token_must_not_live_long(tokens: IdentityTokens) -> None:
    assert tokens.read(signed(NOW, exp=int((NOW + timedelta(minutes=15)).timestamp())))
    long_lived = signed(NOW, exp=int((NOW + timedelta(minutes=17)).timestamp()))
    assert fault_of(tokens, long_lived) is TokenFault.FORGED


@pytest.mark.parametrize("claim", ["sub", "exp", "aud", "jti"])
def test_what_must_be_said(tokens: IdentityTokens, claim: str) -> None:
    assert fault_of(tokens, signed(NOW, **{claim: None})) is TokenFault.INCOMPLETE


@pytest.mark.parametrize("claims", [{"sub": "  "}, {"email": "no address"}, {"jti": ""}])
def test_claims_that_say_nothing(tokens: IdentityTokens, claims: dict[str, object]) -> None:
    assert fault_of(tokens, signed(NOW, **claims)) is TokenFault.INCOMPLETE


def test_odd_claims_are_kept_short_and_plain(tokens: IdentityTokens) -> None:
    identity = tokens.read(signed(NOW, name=" Eve\n\x00 " + "x" * 500, plan=["a list"], email=None))
    assert identity.name.startswith("Eve x")
    assert len(identity.name) == 200
    assert (identity.facts, identity.email) == ({}, "")


def test_without_a_secret_every_token_is_refused_even_one_signed_with_nothing(clock: FrozenClock) -> None:
    assert fault_of(IdentityTokens("", clock, audience=AUDIENCE), signed(NOW)) is TokenFault.OFF


def test_a_short_secret_stops_the_start(clock: FrozenClock) -> None:
    with pytest.raises(SetupError, match="PORTAL_IDENTITY_SECRET"):
        IdentityTokens("short", clock, audience=AUDIENCE)
