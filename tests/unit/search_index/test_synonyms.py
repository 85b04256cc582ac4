"""Words that mean the same: reading rules, finding them in queries, and what that does to a search."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index import HashingEncoder, Indexer, SearchQuery, SearchSides, SynonymRule, parse_rule, same_meaning
from search_index.errors import IndexCorrupt
from search_index.keyword.whoosh_index import english_analyzer
from search_index.synonyms import Synonyms, rule_to_line, rules_from_json, rules_to_json, shipped_rules
from search_index.text import Analyzer
from tests.unit.search_index.samples import PUBLIC, SHOP, ask, engine, index

ANALYZER = english_analyzer()


def found(rules: list[str], query: str, analyzer: Analyzer = ANALYZER) -> dict[str, list[str]]:
    """What the runs of a query are also searched as."""
    spoken = [word.term for word in analyzer.spoken(query)]
    synonyms = Synonyms([parse_rule(rule) for rule in rules], analyzer)
    return {
        " ".join(spoken[each.start : each.end]): [" ".join(terms) for terms in each.alternatives]
        for each in synonyms.find(spoken)
    }


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("sofa, couch", SynonymRule(asked=("sofa", "couch"), also=("sofa", "couch"))),
        ("sofa => couch, settee", SynonymRule(asked=("sofa",), also=("couch", "settee"))),
        ("Sofa → Couch", SynonymRule(asked=("sofa",), also=("couch",))),
        ("invoice != refund", SynonymRule(asked=("invoice",), also=("refund",), apart=True)),
        ("invoice ≠ refund", SynonymRule(asked=("invoice",), also=("refund",), apart=True)),
    ],
)
def test_a_rule_is_read(line: str, rule: SynonymRule) -> None:
    assert parse_rule(line) == rule
    assert parse_rule(rule_to_line(rule)) == rule


@pytest.mark.parametrize(
    "line", ["", "alone", "a, , b", "=> b", "a =>", "a => b => c", "one two three four five six seven, b"]
)
def test_what_is_no_rule_is_refused_with_a_sentence(line: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_rule(line)


def test_a_group_is_made_of_phrases() -> None:
    assert same_meaning(["hub", "base station"]) == parse_rule("hub, base station")


def test_groups_work_both_ways_and_arrows_one_way() -> None:
    assert found(["sofa, couch"], "red couch") == {"couch": ["sofa"]}
    assert found(["sofa => couch"], "sofa") == {"sofa": ["couch"]}
    assert found(["sofa => couch"], "couch") == {}


def test_phrases_stand_for_words_and_words_for_phrases() -> None:
    rules = ["refund, money back"]
    assert found(rules, "I want my money back") == {"money back": ["refund"]}
    assert found(rules, "refund please") == {"refund": ["money back"]}


def test_the_longest_phrase_wins() -> None:
    rules = ["card => ticket", "gift card, voucher"]
    assert found(rules, "a gift card") == {"gift card": ["voucher"]}


def test_compounds_are_found_joined_and_in_pieces() -> None:
    rules = ["two-factor, 2fa"]
    assert found(rules, "two factor code") == {"two factor": ["2fa"]}
    assert found(rules, "two-factor code") == {"twofactor": ["2fa"]}


def test_words_kept_apart_are_never_the_same() -> None:
    assert found(["a1, b1, c1", "c1 != a1"], "a1") == {"a1": ["b1"]}


def test_inflections_are_one_word() -> None:
    assert found(["cancel, terminate"], "cancelling") == {"cancel": ["termin"]}


def test_rules_come_back_from_a_generation() -> None:
    rules = shipped_rules()
    assert rules_from_json(rules_to_json(rules)) == rules
    with pytest.raises(IndexCorrupt):
        rules_from_json('{"a": 1}')


def test_the_shipped_rules_say_what_customers_mean() -> None:
    synonyms = Synonyms(shipped_rules(), ANALYZER)

    def also(query: str) -> set[str]:
        spoken = [word.term for word in ANALYZER.spoken(query)]
        return {" ".join(terms) for each in synonyms.find(spoken) for terms in each.alternatives}

    assert len(shipped_rules()) >= 120
    for query, other in [
        ("money back", "refund"),
        ("log in", "sign"),
        ("cancel", "termin"),
        ("parcel", "packag"),
        ("passcode", "password"),
        ("faulty", "damag"),
        ("cell phone", "mobil"),
        ("remove", "delet"),
        ("edit", "chang"),
        ("2fa", "twofactor"),
    ]:
        assert other in also(query), query
    for query, other in [
        ("return", "refund"),
        ("refund", "return"),
        ("pause", "cancel"),
        ("debit card", "credit card"),
    ]:
        assert other not in also(query), query


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    spoken = [word.term for word in ANALYZER.spoken(text)]
    for each in Synonyms([parse_rule("a, b c, d")], ANALYZER).find(spoken):
        assert 0 <= each.start < each.end <= len(spoken)


def test_a_search_finds_what_is_called_otherwise(tmp_path: Path) -> None:
    """Keywords alone, so that no vector helps."""
    Indexer(tmp_path, None).sync(SHOP)
    asked = engine(tmp_path)
    assert ask(asked, "reimbursement").hits[0].article_id == "refunds"
    assert ask(asked, "parcel").hits[0].article_id == "delivery-late"
    word, other = ask(asked, "package").hits[0], ask(asked, "parcel").hits[0]
    assert word.score > other.score > 0, "the word itself is worth more"


def test_a_synonym_can_be_tried_without_keeping_it(tmp_path: Path) -> None:
    Indexer(tmp_path, None).sync(SHOP)
    asked = engine(tmp_path)
    query = SearchQuery(text="gizmo", audiences=PUBLIC, synonyms=(parse_rule("gizmo => router"),))
    assert asked.search(query).hits[0].article_id == "error-codes"
    assert ask(asked, "gizmo").hits == ()


def test_the_sites_own_are_part_of_the_generation_and_rebuild_nothing(tmp_path: Path) -> None:
    index(tmp_path)
    asked = engine(tmp_path)
    assert asked.status().generation
    before = {path.name: path.stat().st_ino for path in tmp_path.rglob("generations/*/arrays/*/rows.npy")}
    own = Indexer(tmp_path, HashingEncoder(), synonyms=[parse_rule("gizmo => router")])
    report = own.sync(SHOP)
    after = {path.stat().st_ino for path in tmp_path.rglob(f"generations/{report.generation}/arrays/*/rows.npy")}
    assert (report.promoted, report.passages_embedded, report.articles_changed) == (True, 0, 0)
    assert after <= set(before.values()), "the arrays are linked, not written anew"
    assert not own.sync(SHOP).promoted
    by_words = SearchQuery(text="gizmo", audiences=PUBLIC, sides=SearchSides.KEYWORD)
    assert asked.search(by_words).hits[0].article_id == "error-codes"
