"""Silence for talkative libraries, and only within the block."""

from __future__ import annotations

import logging
import warnings

import pytest

from search_index.semantic.quiet import quiet_libraries


def test_remarks_are_hidden_within_and_heard_after(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("transformers")
    logger.setLevel(logging.INFO)
    with quiet_libraries():
        logger.warning("hidden")
        logger.error("an error is heard")
    logger.warning("heard again")
    assert caplog.messages == ["an error is heard", "heard again"]


def test_warnings_are_hidden_within_only() -> None:
    with quiet_libraries():
        warnings.warn("hidden", FutureWarning, stacklevel=1)
    with pytest.warns(FutureWarning, match="heard"):
        warnings.warn("heard", FutureWarning, stacklevel=1)


def test_levels_come_back_after_an_error() -> None:
    logger = logging.getLogger("torch")
    before = logger.level
    with pytest.raises(ValueError, match="on purpose"), quiet_libraries():
        raise ValueError("on purpose")
    assert logger.level == before
