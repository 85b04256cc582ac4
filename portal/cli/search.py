"""`portal search`: what the search finds, why, and how fast."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from portal.cli.main import EXIT_PROBLEMS, EXIT_UNUSABLE
from portal.domain.articles import Audience

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from portal.domain.searches import SearchPage
    from portal.domain.users import Viewer
    from search_index import Snippet


@click.command(name="search")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.PUBLIC.value,
    show_default=True,
    help="Search as somebody of this audience.",
)
@click.option("--locale", default=None, help="Only articles of this locale; the site's own when left out.")
@click.option("--limit", type=click.IntRange(1, 50), default=None, help="Most hits; the setting when left out.")
@click.option("--explain", is_flag=True, help="Show why: words, the parts of each score, the verdict's features.")
@click.option(
    "--why",
    "expected",
    metavar="ARTICLE",
    default=None,
    help="Show why, and tell of this article (id, slug, address or title) why it is not a hit.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome for a machine.")
def command(
    *,
    query: tuple[str, ...],
    audience: str,
    locale: str | None,
    limit: int | None,
    explain: bool,
    expected: str | None,
    as_json: bool,
) -> None:
    """Search as a customer would, and show the scores of both sides, the verdict and the times.

    \b
    portal search cannot log in
    portal search --audience agents "refund by hand"
    portal search --explain --why reset-password cannot log in

    The search is not remembered, and a verdict of no_answer is an outcome like any other. Index and model are loaded
    before the clock starts.

    Exit codes: 0 all is well, 1 answered with less than everything (by keyword only), 2 nothing could be searched.
    """
    from portal.cli.instance import open_ready_container
    from portal.cli.screen import print_json, screen
    from portal.domain.explanations import ExplanationWish
    from portal.domain.users import Role, Viewer

    if not "".join(query).strip():
        raise click.UsageError("Say what to search for.")
    container = open_ready_container()
    viewer = viewer_of(Audience(audience), container.settings.default_locale)
    wish = ExplanationWish(reader=Viewer(role=Role.ADMIN), article=expected or "")
    container.search_engine.warm_up()
    page = container.search.search(
        " ".join(query), viewer, locale=locale, limit=limit, why=wish if explain or expected else None
    )
    if as_json:
        print_json(page_as_json(page))
    else:
        print_page(screen(), page)
    sys.exit(exit_code(page))


def exit_code(page: SearchPage) -> int:
    """Say how it went: 0, or 1 when the answer is not the full engine's, or 2 when there is none."""
    if page.mode == "none":
        return EXIT_UNUSABLE
    return EXIT_PROBLEMS if page.degraded else 0


def viewer_of(audience: Audience, locale: str) -> Viewer:
    """Build somebody who belongs to an audience and to none beyond it."""
    from portal.domain.users import Role, Viewer

    roles = {Audience.CUSTOMERS: Role.CUSTOMER, Audience.AGENTS: Role.AGENT, Audience.WRITERS: Role.WRITER}
    return Viewer(role=roles.get(audience), locale=locale)


def page_as_json(page: SearchPage) -> dict[str, object]:
    """Turn a result page into plain values; snippets become text."""
    from portal.cli.explanation_tables import explanation_as_json

    return {
        **asdict(page),
        "hits": [{**asdict(hit), "snippet": plain(hit.snippet)} for hit in page.hits],
        "why": explanation_as_json(page.why) if page.why is not None else None,
    }


def plain(snippet: Snippet) -> str:
    """Join the fragments of a snippet."""
    return "".join(fragment.text for fragment in snippet)


def print_page(console: Console, page: SearchPage) -> None:
    """Show hits, verdict, mode, the reasons where they were asked for, and times."""
    from portal.cli.explanation_tables import print_explanation

    if page.mode == "none":
        problem = f"Nothing could be searched: {page.degraded or 'the database cannot be read'}. Try: portal index"
        console.print(problem, style="red", markup=False)
        return
    if page.hits:
        console.print(_table(page))
    else:
        console.print("No hits.")
    console.print(_verdict(page))
    if page.correction:
        console.print(f"Did you mean: {page.correction}", markup=False)
    if page.degraded:
        console.print(f"Answered with less than everything: {page.degraded}. See: portal doctor", style="yellow")
    if page.why is not None:
        print_explanation(console, page.why)
    console.print(_times(page), style="dim", markup=False)


def _table(page: SearchPage) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("#", justify="right")
    for column in ("Score", "Keyword", "Meaning"):
        table.add_column(column, justify="right")
    table.add_column("Article and section", overflow="fold")
    for hit in page.hits:
        scores = (hit.score, hit.keyword_score, hit.semantic_score)
        table.add_row(str(hit.rank), *(f"{score:.3f}" for score in scores), _article(hit.title, hit.url, hit.snippet))
    return table


def _article(title: str, url: str, snippet: Snippet) -> Text:
    from rich.text import Text

    text = Text.assemble((title, "bold"), "  ", (url, "cyan"), "\n")
    for fragment in snippet:
        text.append(" ".join(fragment.text.splitlines()), style="yellow" if fragment.marked else "dim")
    return text


def _verdict(page: SearchPage) -> Text:
    from rich.text import Text

    colour = {"answered": "green", "unsure": "yellow"}.get(page.verdict.value, "red")
    mode = f"mode {page.mode.value}, next step {page.next_step.value}"
    reason = f" ({page.reason})" if page.reason else ""
    verdict = (page.verdict.value, f"bold {colour}")
    return Text.assemble("Verdict: ", verdict, f", answerability {page.answerability:.2f}, {mode}{reason}.")


def _times(page: SearchPage) -> str:
    times = page.timings
    parts = {
        "query embedding": times.encode_ms,
        "keyword": times.keyword_ms,
        "vectors": times.vector_ms,
        "past questions": times.history_ms,
        "fusion": times.fusion_ms,
        "snippets": times.snippet_ms,
        "database": page.database_ms,
    }
    said = ", ".join(f"{name} {spent:.1f}" for name, spent in parts.items())
    return f"{times.total_ms + page.database_ms:.1f} ms: {said}."
