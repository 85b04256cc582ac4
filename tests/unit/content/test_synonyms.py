"""The writers' list of words that mean the same."""

from __future__ import annotations

import pytest

from portal.content.synonyms import read_synonyms
from portal.domain.errors import ContentError
from search_index import parse_rule


def test_rules_are_lines_or_lists_of_words() -> None:
    listed = read_synonyms("- sofa, couch\n- [hub, base station]\n- plus => membership\n- 'invoice != receipt'\n")
    assert listed.rules == tuple(
        map(parse_rule, ["sofa, couch", "hub, base station", "plus => membership", "invoice != receipt"])
    )
    assert listed.problems == ()


def test_a_bad_entry_is_named_with_its_line_and_stops_no_other() -> None:
    listed = read_synonyms("# ours\n- sofa, couch\n- alone\n-\n- {a: b}\n- hub => gateway\n")
    assert [problem.line for problem in listed.problems] == [3, 4, 5]
    assert {problem.path for problem in listed.problems} == {"_synonyms.yml"}
    assert len(listed.rules) == 2


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff"])
def test_no_list_no_rules(text: str) -> None:
    assert read_synonyms(text).rules == ()


@pytest.mark.parametrize("text", ["sofa: couch", "just text", "- [unclosed"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="_synonyms"):
        read_synonyms(text)
