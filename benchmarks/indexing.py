"""Indexing with the real model in a process of its own: from nothing, unchanged, and one edited article.

    python -m benchmarks.indexing ARTICLES COUNT

prints one line of JSON; progress goes to standard error when that is a terminal.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import edit_one_sentence, load_articles, make_articles
from search_index import (
    IndexedArticle,
    Indexer,
    IndexReport,
    export_model,
    load_exported_encoder,
    load_passage_encoder,
    resolve_model,
)


def main(folder: Path, count: int) -> None:
    """Index and print."""
    articles = make_articles(load_articles(folder), count)
    source = resolve_model()
    encoder = load_passage_encoder(source)
    started = time.perf_counter()
    encoder.encode_passages(["load the model"])
    load_seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as root_name:
        root = Path(root_name)
        full = Indexer(root, encoder).sync(articles, _show)
        unchanged = Indexer(root, encoder).sync(articles)
        edited = edit_one_sentence(articles[0])
        edit = Indexer(root, encoder).sync([edited, *articles[1:]])
        started = time.perf_counter()
        export_model(source, root)
        export_seconds = time.perf_counter() - started
        small = _small_edit(root, source.fingerprint, articles[1])
    print(
        json.dumps(
            {
                "articles": full.articles,
                "passages": full.passages,
                "load_seconds": round(load_seconds, 2),
                "export_seconds": round(export_seconds, 2),
                "full": _times(full),
                "passages_per_second": round(full.passages_embedded / max(full.embed_seconds, 1e-9), 1),
                "unchanged": _times(unchanged),
                "edit": _times(edit),
                "edit_without_pytorch": small,
            }
        )
    )


def _small_edit(root: Path, fingerprint: str, article: IndexedArticle) -> dict[str, float | int | bool]:
    """Change one article as the background worker does: with the exported model, loaded for it."""
    started = time.perf_counter()
    report = Indexer(root, load_exported_encoder(root, fingerprint)).apply([edit_one_sentence(article)])
    return {**_times(report), "with_loading_seconds": round(time.perf_counter() - started, 3)}


def _times(report: IndexReport) -> dict[str, float | int | bool]:
    return {
        "promoted": report.promoted,
        "passages_embedded": report.passages_embedded,
        "embed_seconds": round(report.embed_seconds, 3),
        "total_seconds": round(report.total_seconds, 3),
    }


def _show(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty() and (done == total or done % 256 == 0):
        print(f"  {stage} {done} of {total}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
