"""Cutting articles: nothing lost, nothing too long."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from search_index.passages import Budget, count_words, cut_article, split_text
from search_index.records import IndexedArticle, Section

TEXT = st.text(alphabet=st.sampled_from("ab ZÄ.!?\n。字, "), max_size=400)


def squeezed(text: str) -> str:
    return "".join(text.split())


def letters(text: str) -> int:
    """A counter that adds up exactly: every visible character is a token."""
    return len(squeezed(text))


def budget(tokens: int) -> Budget:
    return Budget(tokens=tokens, prefix_tokens=tokens // 2, count=letters)


@given(TEXT, st.integers(min_value=1, max_value=60))
@example("one two three. four five six.\n\nseven", 10)
def test_no_text_is_lost_and_the_budget_is_kept(text: str, limit: int) -> None:
    pieces = split_text(text, limit, letters)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(0 < letters(piece) <= limit for piece in pieces)


@given(TEXT, st.integers(min_value=2, max_value=40))
def test_any_counter_keeps_its_budget_and_the_text(text: str, limit: int) -> None:
    pieces = split_text(text, limit, count_words)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(count_words(piece) <= limit for piece in pieces)


@given(
    st.lists(TEXT, max_size=4),
    st.text(alphabet="abc ", max_size=60),
    st.text(alphabet="xyz ", max_size=60),
    st.integers(min_value=8, max_value=80),
)
def test_an_article_keeps_every_section_whole(texts: list[str], title: str, heading: str, tokens: int) -> None:
    sections = tuple(Section(anchor=str(at), heading=heading, text=text) for at, text in enumerate(texts))
    article = IndexedArticle(id="a", title=title, summary="In short", sections=sections)
    passages = cut_article(article, budget(tokens))
    assert [passage.number for passage in passages] == list(range(len(passages)))
    assert all(letters(passage.embed_text) <= tokens for passage in passages)
    for at, text in enumerate(texts):
        kept = "".join(passage.text for passage in passages[1:] if passage.anchor == str(at))
        assert squeezed(kept) == squeezed(text)


def test_a_text_that_fits_is_one_piece() -> None:
    assert split_text("  one. two.\n\nthree ", 100, letters) == ["one. two.\n\nthree"]
    assert split_text(" \n ", 100, letters) == []


def test_paragraphs_are_the_first_border_then_sentences_then_words() -> None:
    assert split_text("aaaa bbbb.\n\ncccc dddd.", 10, letters) == ["aaaa bbbb.", "cccc dddd."]
    assert split_text("aaaa bb. cccc dd.", 8, letters) == ["aaaa bb.", "cccc dd."]
    assert split_text("aaaa bbbb cccc", 5, letters) == ["aaaa", "bbbb", "cccc"]
    assert split_text("aaaaaaaa", 4, letters) == ["aaaa", "aaaa"]


def test_pieces_are_even() -> None:
    pieces = split_text(" ".join(["word"] * 21), 80, letters)
    assert [len(piece.split()) for piece in pieces] == [11, 10]


def test_the_first_passage_is_the_summary_and_every_one_knows_its_place() -> None:
    section = Section(anchor="why", heading="Why", path=("Before you begin",), text="Because.")
    first, second = cut_article(
        IndexedArticle(id="a", title="Title", summary="In short.", sections=(section,)), budget(100)
    )
    assert (first.text, first.anchor, first.embed_text) == ("In short.", "", "Title\nIn short.")
    assert second.headings == ("Before you begin", "Why")
    assert second.embed_text == "Title\nBefore you begin > Why\nBecause."


def test_a_bare_heading_and_a_bare_article_are_still_found() -> None:
    bare = IndexedArticle(id="a", title="Title", sections=(Section(anchor="x", heading="Picture"),))
    assert [passage.embed_text for passage in cut_article(bare, budget(50))] == ["Title", "Title\nPicture"]
    assert len(cut_article(IndexedArticle(id="a", title="Title"), budget(50))) == 1


def test_a_huge_title_does_not_crowd_out_the_text() -> None:
    article = IndexedArticle(id="a", title="word " * 100, sections=(Section(anchor="x", heading="H", text="text"),))
    assert cut_article(article, budget(40))[-1].embed_text.endswith("text")


def test_equal_texts_share_a_hash_across_articles() -> None:
    section = Section(anchor="x", heading="H", text="same")
    one, other = (cut_article(IndexedArticle(id=name, title="T", sections=(section,)), budget(40))[1] for name in "ab")
    assert one.embed_hash == other.embed_hash
    changed = cut_article(IndexedArticle(id="a", title="U", sections=(section,)), budget(40))[1]
    assert changed.embed_hash != one.embed_hash
