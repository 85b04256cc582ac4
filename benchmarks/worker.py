"""A process like a web worker, to see how much memory it needs and how long a request takes.

    python -m benchmarks.worker INSTANCE

asks the site of an instance for result pages and articles and prints one line of JSON.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import psutil

from benchmarks.corpus import load_articles, make_queries
from benchmarks.instances import settings_of
from benchmarks.measures import spread
from portal.app import create_app
from portal.container import Container

_SEARCHES = 40
#: Articles that queries are taken from: few, because reading them takes memory that no web worker needs.
_READ_FOR_QUERIES = 30
#: Longer than any search is allowed to be, for the model's largest working memory.
_LONG_QUERY = "the parcel never arrived " * 200
_HEAVY = ("torch", "transformers", "sentence_transformers")
_ARTICLE_LINK = re.compile(r'href="(/articles/[^"#?]+)')
_OK = 200


def main(folder: Path) -> None:
    """Search and print."""
    settings = settings_of(folder)
    queries = [*make_queries(load_articles(settings.articles, _READ_FOR_QUERIES), _SEARCHES - 1), _LONG_QUERY]
    container = Container(settings)
    client = create_app(settings, container).test_client()
    before = _resident_mb()
    times, refused = [], 0
    for text in queries:
        started = time.perf_counter()
        answer = client.get("/search", query_string={"q": text})
        times.append((time.perf_counter() - started) * 1000)
        links = _ARTICLE_LINK.findall(answer.text)
        refused += answer.status_code != _OK or bool(links and client.get(links[0]).status_code != _OK)
    status = container.search_engine.status()
    print(
        json.dumps(
            {
                "requests": len(times),
                "refused": refused,
                "problem": status.detail,
                "request_ms": {"p50": spread(times).p50, "p95": spread(times).p95, "first": round(times[0], 1)},
                "resident_mb_before": before,
                "resident_mb": _resident_mb(),
                "own_mb": round(psutil.Process().memory_full_info().uss / 1e6, 1),
                "heavy_modules": [name for name in _HEAVY if name in sys.modules],
            }
        )
    )


def _resident_mb() -> float:
    return round(psutil.Process().memory_info().rss / 1e6, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
