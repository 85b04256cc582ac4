"""Why a search came out as it did, drawn as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from search_index import Standing, WordUse

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from portal.domain.explanations import ExplainedExpectation, ShownExplanation
    from search_index import ExplainedArticle, ExplainedVerdict, ExplainedWord

_WORD_USES = {
    WordUse.SCORED: "searched as",
    WordUse.EMPTY: "says little by itself, searched as",
    WordUse.STOP: "stop word, not searched",
    WordUse.LEFT_OUT: "not searched",
}
_STANDINGS = {
    Standing.HIT: "It is among the hits.",
    Standing.RANKED_BELOW: "It was ranked behind the last hit shown.",
    Standing.NO_CANDIDATE: "The first look passed it over.",
    Standing.NO_SCORE: "None of its passages has anything to do with these words.",
    Standing.WITHOUT_QUOTED_WORDS: "It does not hold the words in quotation marks in this order.",
    Standing.OTHER_LOCALE: "It is of another locale than was searched. Try: --locale",
    Standing.OTHER_AUDIENCE: "It is for another audience than was searched as. Try: --audience",
    Standing.UNKNOWN: "It is published but not in the index. Try: portal index",
    Standing.NOT_SEARCHED: "Nothing was searched.",
}


def print_explanation(console: Console, why: ShownExplanation) -> None:
    """Show words, articles with the parts of their scores, the verdict's features and the weights."""
    if why.words:
        console.print("\nWords", style="bold")
        console.print(_words(why.words))
    if why.hits:
        console.print(f"\nScores: each part times its weight ({why.candidates} articles ranked)", style="bold")
        console.print(_articles([(hit.title, hit.article) for hit in why.hits]))
        console.print("In brackets: the article's place by keywords alone, and by meaning alone.", style="dim")
    if why.verdict is not None:
        console.print("\nVerdict", style="bold")
        console.print(_verdict(why.verdict))
        bounds = f"answered from {why.verdict.answered_from:.2f}, no_answer below {why.verdict.no_answer_below:.2f}"
        console.print(f"probability {why.verdict.probability:.3f}: {bounds}", style="dim")
    console.print(_weights(why), style="dim", markup=False)
    if why.expected is not None:
        _print_expected(console, why.expected)


def explanation_as_json(why: ShownExplanation) -> dict[str, object]:
    """Turn an explanation into plain values, with the points of each part and feature."""
    from dataclasses import asdict

    plain = asdict(why)
    for told, article in zip(plain["hits"], (hit.article for hit in why.hits), strict=True):
        told["article"] = _with_points(article)
    if why.verdict is not None:
        for feature, each in zip(plain["verdict"]["features"], why.verdict.features, strict=True):
            feature["points"] = each.points
    if why.expected is not None and why.expected.absence.article is not None:
        plain["expected"]["absence"]["article"] = _with_points(why.expected.absence.article)
    return plain


def _with_points(article: ExplainedArticle) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(article), "parts": [{**asdict(part), "points": part.points} for part in article.parts]}


def _words(words: tuple[ExplainedWord, ...]) -> Table:
    table = _table("Typed", "Read as", "Adds at most", "Passages", numbers=(2, 3))
    for word in words:
        numbers = (f"{word.maximum:.2f}", str(word.passages)) if word.term else ("", "")
        table.add_row(*_plain(word.typed, "; ".join(_readings(word))), *numbers)
    return table


def _readings(word: ExplainedWord) -> Iterator[str]:
    yield f"{_WORD_USES[word.use]} {word.term}".rstrip()
    if word.identifier:
        yield "taken as it stands"
    if word.corrections:
        yield f"taken for {', '.join(word.corrections)}"
    if word.synonyms:
        yield f"also {', '.join(word.synonyms)}"


def _articles(articles: list[tuple[str, ExplainedArticle]]) -> Table:
    """List articles; parts that none of them has are left out."""
    parts_known = range(len(articles[0][1].parts))  # the reranker's is there only where it took part
    told = [place for place in parts_known if any(article.parts[place].points for _, article in articles)]
    weighed = [articles[0][1].parts[place] for place in told]
    names = [f"{part.name.value.capitalize()}\n× {part.weight:.2f}" for part in weighed]
    columns = ("#", "Article", "Score", *names, "Keyword", "Meaning")
    table = _table(*columns, numbers=(0, *range(2, len(columns))))
    for title, article in articles:
        parts = [f"{article.parts[place].value:.3f}" for place in told]
        sides = (
            _place(article.keyword_score, article.keyword_rank),
            _place(article.semantic_score, article.semantic_rank),
        )
        table.add_row(str(article.rank or ""), *_plain(title), f"{article.score:.3f}", *parts, *sides)
    return table


def _place(score: float, rank: int | None) -> str:
    return f"{score:.3f}" + (f" ({rank})" if rank is not None else "")


def _verdict(verdict: ExplainedVerdict) -> Table:
    table = _table("Feature", "Value", "Weight", "Adds", numbers=(1, 2, 3))
    for each in (each for each in verdict.features if each.weight):
        table.add_row(each.name, f"{each.value:.3f}", f"{each.weight:.3f}", f"{each.points:+.3f}")
    table.add_row("sum", "", "", f"{verdict.total:+.3f}")
    return table


def _weights(why: ShownExplanation) -> str:
    if why.weights is None:
        return ""
    weights = why.weights
    return (
        f"Weights: meaning {weights.semantic_share:.2f}, keywords {1 - weights.semantic_share:.2f}, "
        f"sentences {weights.sentence_share:.2f} (at {weights.informative_words} telling words), "
        f"words in context {weights.piece_share:.2f} of the rest, "
        f"past questions up to {weights.history_share:.2f}, identifier {weights.identifier_bonus:.2f}."
        f"{_reranker(weights.reranker_share)}"
    )


def _reranker(share: float) -> str:
    return f" Reranker {share:.2f} of the whole, all else the rest." if share else ""


def _print_expected(console: Console, expected: ExplainedExpectation) -> None:
    absence, title = expected.absence, expected.title
    console.print(f"\nWhy is “{title or expected.asked}” not here?", style="bold", markup=False)
    if not title:
        console.print("No published article is called so.")
        return
    console.print(_STANDINGS[absence.standing])
    if absence.standing is Standing.NO_CANDIDATE:
        console.print(f"Its best passage scored {absence.first_look:.3f}; the last candidate had {absence.needed:.3f}.")
    if absence.article is not None:
        console.print(_articles([(title, absence.article)]))
    if absence.differences:
        costs = ", ".join(f"{each.name.value} {each.points:+.3f}" for each in absence.differences)
        console.print(f"Compared with “{expected.last_title}”: {costs}.", markup=False)


def _table(*columns: str, numbers: tuple[int, ...]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        is_number = place in numbers
        table.add_column(column, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def _plain(*texts: str) -> list[str]:
    """Keep what was typed from being read as markup."""
    from rich.markup import escape

    return [escape(text) for text in texts]
