"""Measuring the search on judged questions of any help centre, as the site would search it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.content.article_files import read_article
from portal.content.articles import ArticleRenderer
from portal.content.links import build_link_map
from portal.content.slugs import slugify
from portal.domain.articles import ArticleSource
from portal.domain.clock import Clock
from portal.integrations.embedding_models import MODEL_STAGE, EmbeddingModels
from search_index import (
    Encoders,
    Evaluation,
    EvaluationFiles,
    EvaluationSet,
    IndexedArticle,
    ModelError,
    Progress,
    Recipe,
    Reranker,
    WrittenArticle,
    evaluate,
    no_progress,
    read_judgements,
    read_questions,
    read_written_articles,
)

#: Stages that are reported before the library's own.
RENDER_STAGE = "render"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOutcome:
    """One set measured.

    Attributes:
        model_problem: Why only keywords were searched and what to do about it; empty when all is well.
    """

    evaluation: Evaluation
    model_problem: str = ""


class EvaluationService:
    """Builds throw-away indexes with the site's own recipe and model, and asks them judged questions.

    Args:
        cache: Folder in which vectors of passages are kept from run to run.
        load_reranker: Loads what `portal index` exported; may raise `ModelError`. None where the settings name none.
    """

    def __init__(
        self,
        clock: Clock,
        models: EmbeddingModels,
        cache: Path,
        recipe: Recipe | None = None,
        *,
        load_reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        self._clock = clock
        self._models = models
        self._cache = cache
        self._recipe = recipe
        self._load_reranker = load_reranker

    def read_set(self, name: str, files: EvaluationFiles, progress: Progress = no_progress) -> EvaluationSet:
        """Read a set; its articles are rendered and cut into sections as `portal sync` does it.

        Args:
            name: What the set is called on the screen.
            progress: Called with the stage "render".

        Raises:
            BadEvaluationSet: A file cannot be read.
            ContentError: An article cannot be rendered.
        """
        judgements = read_judgements(files.qrels)
        past_judgements = read_judgements(files.history_qrels) if files.history_qrels else {}
        return EvaluationSet(
            name=name,
            articles=index_written_articles(read_written_articles(files.articles), progress),
            questions=read_questions(files.queries, judgements),
            judgements=judgements,
            history=read_questions(files.history, past_judgements) if files.history else (),
            history_judgements=past_judgements,
        )

    def evaluate(
        self, given: EvaluationSet, *, cache: Path | None = None, progress: Progress = no_progress
    ) -> EvaluationOutcome:
        """Measure the search on a set; without a model by keywords alone, and the outcome says what to do.

        Args:
            cache: Another folder for vectors than the usual one.
            progress: Called with the stages "model", "embed", "keyword", "write", "learn" and "ask".

        Raises:
            IndexNotWritable, GateRefused: The throw-away index cannot be built.
            ModelError: The reranker that is set cannot be used.
        """
        progress(MODEL_STAGE, 0, 1)
        encoders, problem = self._encoders()
        progress(MODEL_STAGE, 1, 1)
        with TemporaryDirectory(prefix="portal-evaluation-") as folder:
            evaluation = evaluate(
                given,
                Path(folder) / "index",
                encoders,
                recipe=self._recipe,
                now=self._clock.now(),
                kept_vectors=cache or self._cache,
                progress=progress,
            )
        return EvaluationOutcome(evaluation=evaluation, model_problem=problem)

    def _encoders(self) -> tuple[Encoders | None, str]:
        try:
            passages = self._models.for_many()
            queries = self._models.for_queries()
        except ModelError as error:
            return None, str(error)
        reranker = self._load_reranker() if self._load_reranker is not None else None
        return Encoders(passages=passages, queries=queries, reranker=reranker), ""


def index_written_articles(
    articles: Sequence[WrittenArticle], progress: Progress = no_progress
) -> tuple[IndexedArticle, ...]:
    """Turn articles as they were written into what the index takes, by the way that files of articles go.

    Raises:
        ContentError: An article cannot be read or rendered.
    """
    sources = [_source_of(article, number) for number, article in enumerate(articles, start=1)]
    link_map = build_link_map(sources)
    renderer = ArticleRenderer()
    indexed: list[IndexedArticle] = []
    for article, source in zip(articles, sources, strict=True):
        progress(RENDER_STAGE, len(indexed), len(articles))
        sections = renderer.render(source, link_map).sections
        indexed.append(
            IndexedArticle(
                id=article.id,  # as judgements name it, whatever a file could be called
                title=source.title,
                summary=source.summary,
                tags=source.tags,
                audience=source.audience.value,
                locale=source.locale,
                sections=sections,
            )
        )
    progress(RENDER_STAGE, len(articles), len(articles))
    return tuple(indexed)


def _source_of(article: WrittenArticle, number: int) -> ArticleSource:
    """Read an article as if it were a file of the articles folder."""
    words = {"title": article.title.strip() or article.id, "summary": article.summary, "tags": list(article.tags)}
    # JSON is YAML too, so nothing in a title can break the front matter.
    front_matter = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in words.items() if value)
    content = f"---\n{front_matter}\n---\n\n{article.text}\n"
    return read_article(f"{slugify(article.id) or 'article'}-{number}.md", content.encode("utf-8", "replace"))
