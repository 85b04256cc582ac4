"""Articles as agents pick them for a reply: as a link, as a quoted section, or as its steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from portal.domain.articles import Article, Audience
from portal.domain.conversations import AuthorKind, Conversation, MessageKind
from portal.domain.journeys import Journey, StepKind
from portal.domain.past_questions import failed_queries
from portal.domain.short_links import short_article_url
from search_index import Line, LineKind, Section, read_lines

#: Lines of a section that are quoted: more is read better in the article itself.
MAX_QUOTED_LINES = 12
#: Characters of a customer's message that articles are looked for with, and queries of their journey besides it.
MAX_MESSAGE_CHARACTERS = 600
MAX_QUERIES = 2
#: Smooths the places of several lists when they are joined; the usual value of reciprocal rank fusion.
RANK_CONSTANT = 60

_MARKUP = re.compile(r"([\\`*_\[\]])")
#: What makes a list, a heading or a quote of a line that begins with it.
_LINE_START = re.compile(r"^(\s*(?:\d+(?=[.)]\s))?)(?=[#>]|[+=-](?:[\s=-]|$)|(?<=\d)[.)])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePick:
    """An article that an agent may put into a reply, with the text of each way to do so.

    Attributes:
        url: Short and permanent.
        path: Of the article on this site, for looking at it.
        recipient_may_see: Whether the customer may open it.
        read, unhelpful: Whether the customer has read it already, and said that it does not help.
        steps: Empty where the section holds none.
    """

    article_id: str
    title: str
    summary: str
    section_heading: str
    url: str
    path: str
    audience: Audience
    recipient_may_see: bool
    read: bool
    unhelpful: bool
    link: str
    quote: str
    steps: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSection:
    """An article found by a search, and which section of it; the anchor is empty for its beginning."""

    article_id: str
    anchor: str = ""


def choose_questions(conversation: Conversation) -> tuple[str, ...]:
    """Say with what words articles are looked for: what the customer wrote last, then what they searched in vain.

    Returns:
        Empty for a conversation without words.
    """
    said = [
        message.body
        for message in conversation.messages
        if message.author_kind is AuthorKind.CUSTOMER and message.kind is MessageKind.MESSAGE
    ]
    latest = said[-1][:MAX_MESSAGE_CHARACTERS] if said else ""
    first = said[0][:MAX_MESSAGE_CHARACTERS] if len(said) > 1 else ""
    queries = failed_queries(conversation.journey)[:MAX_QUERIES]
    return tuple(dict.fromkeys(text for text in (latest, *queries, first) if text.strip()))


def join_lists(lists: Iterable[Sequence[FoundSection]], journey: Journey) -> tuple[FoundSection, ...]:
    """Join the lists of several searches: what several found comes first, what the customer knows already comes last.

    Args:
        lists: Each best first. The section is taken from the list where its article stands highest.
        journey: What the customer read comes after what they did not, and what did not help them at the very end.
    """
    scores: dict[str, float] = {}
    best: dict[str, tuple[int, FoundSection]] = {}
    for found in lists:
        for place, each in enumerate(found):
            scores[each.article_id] = scores.get(each.article_id, 0.0) + 1 / (RANK_CONSTANT + place)
            if each.article_id not in best or place < best[each.article_id][0]:
                best[each.article_id] = (place, each)
    known = dict.fromkeys(read_on(journey), 1) | dict.fromkeys(unhelpful_on(journey), 2)
    order = sorted(scores, key=lambda article_id: (known.get(article_id, 0), -scores[article_id]))
    return tuple(best[article_id][1] for article_id in order)


def read_on(journey: Journey) -> frozenset[str]:
    """Return the ids of the articles that were opened on a journey."""
    return frozenset(step.article_id for step in journey.steps if step.kind is StepKind.OPENED)


def unhelpful_on(journey: Journey) -> frozenset[str]:
    """Return the ids of the articles of which it was said last on a journey that they did not help."""
    votes = {step.article_id: step.detail for step in journey.steps if step.kind is StepKind.VOTED}
    return frozenset(article_id for article_id, detail in votes.items() if detail == "no")


def make_pick(
    article: Article, found: FoundSection, *, public_url: str, audiences: frozenset[Audience], journey: Journey
) -> ArticlePick:
    """Make the texts that put an article into a reply.

    Args:
        audiences: Of the customer.
    """
    section = _section(article, found.anchor)
    url = short_article_url(public_url, article.id, section.anchor if section else "")
    lines = read_lines(section.text) if section else []
    link = f"[{escape_markdown(article.title)}]({url})"
    return ArticlePick(
        article_id=article.id,
        title=article.title,
        summary=article.summary,
        section_heading=section.heading if section else "",
        url=url,
        path=f"/articles/{article.slug}" + (f"#{section.anchor}" if section and section.anchor else ""),
        audience=article.audience,
        recipient_may_see=article.audience in audiences,
        read=article.id in read_on(journey),
        unhelpful=article.id in unhelpful_on(journey),
        link=link,
        quote=_quote(lines, link),
        steps=_steps(lines, link),
        html=_html(lines, f'<a href="{escape(url)}">{escape(article.title)}</a>'),
    )


def escape_markdown(text: str) -> str:
    """Write plain text so that Markdown shows it as it is."""
    escaped = _MARKUP.sub(r"\\\1", text).replace("<", "&lt;")
    return _LINE_START.sub(r"\1\\", escaped)


def _section(article: Article, anchor: str) -> Section | None:
    """Return the section that was found, else the first that says something; None in an article without text."""
    named = (section for section in article.sections if anchor and section.anchor == anchor)
    return next(named, next((section for section in article.sections if section.text), None))


def _quote(lines: Sequence[Line], link: str) -> str:
    """Quote the first lines of a section with where they stand; the link alone where there are none."""
    written: list[str] = []
    block = 0
    for line in lines[:MAX_QUOTED_LINES]:
        if line.block != block and written:
            written.append(">")
        block = line.block
        written.append(f"> {_mark(line)}{escape_markdown(line.text)}")
    if len(lines) > MAX_QUOTED_LINES:
        written += [">", "> …"]
    return "\n".join([*written, "", f"— {link}"]) if written else link


def _steps(lines: Sequence[Line], link: str) -> str:
    """Write the steps of a section as a numbered list, with where they stand; empty where there are none."""
    steps = [line for line in lines if line.kind is LineKind.STEP]
    written = [f"{number}. {escape_markdown(line.text)}" for number, line in enumerate(steps, start=1)]
    return "\n".join([*written, "", link]) if written else ""


def _html(lines: Sequence[Line], link: str) -> str:
    """Write the quote as HTML for systems that take it: everything in it is escaped."""
    said = [f"<p>{escape(f'{_mark(line)}{line.text}')}</p>" for line in lines[:MAX_QUOTED_LINES]]
    if len(lines) > MAX_QUOTED_LINES:
        said.append("<p>…</p>")
    return f"<blockquote>{''.join(said)}</blockquote><p>— {link}</p>" if said else link


def _mark(line: Line) -> str:
    if line.kind is LineKind.STEP:
        return f"{line.number or 1}. "
    return "- " if line.kind in (LineKind.ITEM, LineKind.ROW) else ""
