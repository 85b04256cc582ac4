"""A reranker that is not there is named, and where none is set nothing happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.integrations.rerankers import LocalReranker
from search_index import ModelNotFound


def test_none_is_the_default(tmp_path: Path) -> None:
    none = LocalReranker("", tmp_path)
    none.export()
    assert none.loader() is None
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"/no/such/folder.*PORTAL_RERANKER_MODEL"):
        LocalReranker("/no/such/folder", tmp_path).export()


def test_one_that_was_not_exported_says_so(tmp_path: Path) -> None:
    load = LocalReranker("some/model", tmp_path).loader()
    assert load is not None
    with pytest.raises(ModelNotFound, match="portal index"):
        load()
