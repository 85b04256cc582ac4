"""The examples of docs/connect.md do what they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.domain.clock import FrozenClock
from portal.domain.webhooks import sign
from portal.integrations.identity_tokens import IdentityTokens
from tests.identity_tokens import SECRET

TEXT = (Path(__file__).parents[3] / "docs" / "connect.md").read_text(encoding="utf-8")
CUSTOMER = {"id": 17, "email": "eve@shop.example", "name": "Eve", "plan": "Plus"}


def example(language: str, name: str) -> str:
    """The code block of a language in which a name occurs."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    return next(block for block in blocks if name in block)


def functions(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(compile(example("python", name), "docs/connect.md", "exec"), found)
    return found


def assert_identifies(link: str) -> None:
    """The link carries a token that the portal takes."""
    token = parse_qs(urlsplit(link.strip()).query)["token"][0]
    tokens = IdentityTokens(SECRET, FrozenClock(datetime.now(UTC)), audience="https://help.example.com")
    identity = tokens.read(token)
    assert (identity.subject, identity.email, identity.facts) == ("17", "eve@shop.example", {"plan": "Plus"})


def test_the_signature_is_checked_as_the_docs_say() -> None:
    is_genuine = functions("is_genuine")["is_genuine"]
    header = sign(b"{}", ("new", "old"), datetime.now(UTC))
    assert is_genuine("new", header, b"{}")
    assert is_genuine("old", header, b"{}")
    assert not is_genuine("other", header, b"{}")
    assert not is_genuine("new", header, b"{ }")
    assert not is_genuine("new", sign(b"{}", ("new",), datetime.fromtimestamp(time.time() - 400, UTC)), b"{}")


def test_the_link_is_signed_in_python() -> None:
    assert_identifies(functions("help_link")["help_link"](SimpleNamespace(**CUSTOMER), SECRET))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")
def test_the_link_is_signed_in_node(tmp_path: Path) -> None:
    script = tmp_path / "link.mjs"
    call = f'console.log(helpLink({{id: 17, email: "{CUSTOMER["email"]}", name: "Eve", plan: "Plus"}}, "{SECRET}"));'
    script.write_text(example("js", "helpLink") + call, encoding="utf-8")
    assert_identifies(subprocess.run(["node", script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(shutil.which("php") is None, reason="PHP is not here")
def test_the_link_is_signed_in_php(tmp_path: Path) -> None:
    script = tmp_path / "link.php"
    customer = f"['id' => 17, 'email' => '{CUSTOMER['email']}', 'name' => 'Eve', 'plan' => 'Plus']"
    code = f"<?php\n{example('php', 'help_link')}\necho help_link({customer}, '{SECRET}');"
    script.write_text(code, encoding="utf-8")
    assert_identifies(subprocess.run(["php", script], capture_output=True, text=True, check=True).stdout)
