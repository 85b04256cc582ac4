"""How well and how steadily failed searches are clustered, on questions whose true clusters are known.

    python -m search_index.evaluation.clustering FOLDER INDEX_ROOT FINGERPRINT

A question's true cluster is the article that answers it. Each sample is also clustered by k-means that is told
the true number of clusters, which `cluster_queries` is not. Printed in the order of
`ClusteringMeasure`: adjusted Rand index (1 is perfect, 0 is chance) and V-measure, in [0, 1].
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.clustering import ClusteringRecipe, cluster_queries
from search_index.evaluation.datasets import choose_files, read_judgements, read_questions
from search_index.linkage import unit_rows
from search_index.models import load_exported_encoder
from search_index.semantic.ports import Matrix, PassageEncoder

#: Days in which the second half of a sample arrives when steadiness is measured; each adds a tenth.
_DAYS = 5
_KMEANS_STARTS = 3
_KMEANS_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Which questions to draw.

    Attributes:
        clusters: True clusters, drawn at random; all when there are fewer.
        each: Most questions of one cluster.
        falling: Whether the second cluster gives half as many, the third a third and so on, at least one.
    """

    name: str
    clusters: int
    each: int
    falling: bool = False


#: Logs large and small, even and uneven.
SAMPLES = (
    Sample(name="even", clusters=100, each=15),
    Sample(name="small", clusters=30, each=10),
    Sample(name="all", clusters=1_000_000, each=1_000_000),
    Sample(name="uneven", clusters=100, each=60, falling=True),
    Sample(name="few", clusters=10, each=60),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringMeasure:
    """One sample, averaged over seeds.

    Attributes:
        wordings: Questions clustered.
        clusters_found: By `cluster_queries`; `clusters_true` are there.
        rand_index: Adjusted for chance; `kmeans_rand_index` is that of k-means told the true number.
        kept_together: Of the pairs together in nine tenths of the wordings, the share still together when the
            last tenth has come.
        kept_on_worst_day: The same for the worst of all seeds and days, the first of which adds a fifth.
        lasting_rand_index: The adjusted Rand index at the end of these days.
    """

    sample: str
    wordings: float
    clusters_true: float
    clusters_found: float
    rand_index: float
    v_measure: float
    kmeans_rand_index: float
    kmeans_v_measure: float
    kept_together: float
    kept_on_worst_day: float
    lasting_rand_index: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringReport:
    """All samples of one set."""

    name: str
    measures: tuple[ClusteringMeasure, ...]


def measure_clustering(
    folder: Path, encoder: PassageEncoder, seeds: Sequence[int] = (0, 1, 2), *, recipe: ClusteringRecipe | None = None
) -> ClusteringReport:
    """Cluster the questions of a set and compare with the articles that answer them.

    Args:
        folder: In the format of `search_index.evaluation.datasets`; questions without an article are left out.
        seeds: One draw of each sample for each; at least one.

    Raises:
        BadEvaluationSet: The set cannot be read.
    """
    files = choose_files(folder)
    judgements = read_judgements(files.qrels)
    answers = {
        question.text: min(judgements[question.id], key=lambda id_: (-judgements[question.id][id_], id_))
        for question in read_questions(files.queries, judgements)
        if judgements.get(question.id)
    }
    texts = sorted(answers)
    labelled = _Labelled(texts=texts, truth=[answers[text] for text in texts], vectors=encoder.encode_passages(texts))
    usual = recipe or ClusteringRecipe()
    measures = (_mean([_measure(labelled, sample, seed, usual) for seed in seeds]) for sample in SAMPLES)
    return ClusteringReport(name=folder.name, measures=tuple(measures))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    """Wordings with their vectors and true clusters."""

    texts: Sequence[str]
    truth: Sequence[str]
    vectors: Matrix

    def take(self, rows: Iterable[int]) -> _Labelled:
        chosen = list(rows)
        texts = [self.texts[row] for row in chosen]
        return _Labelled(texts=texts, truth=[self.truth[row] for row in chosen], vectors=self.vectors[chosen])


def draw_rows(truth: Sequence[str], sample: Sample, seed: int) -> list[int]:
    """Draw the rows of a sample, in random order."""
    chance = np.random.default_rng(seed)
    names = chance.permutation(sorted(set(truth)))[: sample.clusters].tolist()
    rows: list[int] = []
    for rank, name in enumerate(names, start=1):
        wanted = max(1, sample.each // rank) if sample.falling else sample.each
        rows += chance.permutation([row for row, each in enumerate(truth) if each == name])[:wanted].tolist()
    drawn: list[int] = chance.permutation(rows).tolist()
    return drawn


def _measure(labelled: _Labelled, sample: Sample, seed: int, recipe: ClusteringRecipe) -> ClusteringMeasure:
    drawn = labelled.take(draw_rows(labelled.truth, sample, seed))
    found = list(_cluster(drawn, recipe, {}).values())
    true_count = len(set(drawn.truth))
    kmeans = kmeans_labels(drawn.vectors, true_count, seed)
    kept, lasting = _days(drawn, recipe)
    return ClusteringMeasure(
        sample=sample.name,
        wordings=len(drawn.texts),
        clusters_true=true_count,
        clusters_found=len(set(found)),
        rand_index=adjusted_rand_index(drawn.truth, found),
        v_measure=v_measure(drawn.truth, found),
        kmeans_rand_index=adjusted_rand_index(drawn.truth, kmeans),
        kmeans_v_measure=v_measure(drawn.truth, kmeans),
        kept_together=kept[-1],
        kept_on_worst_day=min(kept),
        lasting_rand_index=lasting,
    )


def _cluster(labelled: _Labelled, recipe: ClusteringRecipe, previous: Mapping[str, str]) -> dict[str, str]:
    """Give the cluster id of each wording, in the order of the wordings."""
    once = [1] * len(labelled.texts)
    clusters = cluster_queries(labelled.texts, labelled.vectors, once, previous=previous, recipe=recipe)
    ids = {text: cluster.id for cluster in clusters for text in cluster.members}
    return {text: ids[text] for text in labelled.texts}


def _days(drawn: _Labelled, recipe: ClusteringRecipe) -> tuple[list[float], float]:
    """Begin with half of the wordings and let the others come day by day; gives the pairs kept on each."""
    total = len(drawn.texts)
    previous: dict[str, str] = {}
    kept: list[float] = []
    for day in range(_DAYS + 1):
        today = _cluster(drawn.take(range(total * (_DAYS + day) // (2 * _DAYS))), recipe, previous)
        kept.append(pairs_kept(list(previous.values()), [today[text] for text in previous]))
        previous = today
    return kept, adjusted_rand_index(drawn.truth, list(previous.values()))


def _mean(measures: Sequence[ClusteringMeasure]) -> ClusteringMeasure:
    def of(name: str) -> float:
        return float(np.mean([getattr(measure, name) for measure in measures]))

    return ClusteringMeasure(
        sample=measures[0].sample,
        wordings=of("wordings"),
        clusters_true=of("clusters_true"),
        clusters_found=of("clusters_found"),
        rand_index=of("rand_index"),
        v_measure=of("v_measure"),
        kmeans_rand_index=of("kmeans_rand_index"),
        kmeans_v_measure=of("kmeans_v_measure"),
        kept_together=of("kept_together"),
        kept_on_worst_day=min(measure.kept_on_worst_day for measure in measures),
        lasting_rand_index=of("lasting_rand_index"),
    )


def _pairs(counts: Iterable[int]) -> float:
    return sum(count * (count - 1) / 2 for count in counts)


def pairs_kept(before: Sequence[Hashable], after: Sequence[Hashable]) -> float:
    """Of the pairs that share a label in `before`, give the share that does in `after`; 1.0 without such pairs."""
    together = _pairs(Counter(before).values())
    return _pairs(Counter(zip(before, after, strict=True)).values()) / together if together else 1.0


def adjusted_rand_index(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Agreement on pairs beyond chance: 1.0 for the same clusters, about 0.0 for random ones."""
    both = _pairs(Counter(zip(truth, found, strict=True)).values())
    of_truth, of_found = _pairs(Counter(truth).values()), _pairs(Counter(found).values())
    every = _pairs([len(truth)])
    expected = of_truth * of_found / every if every else 0.0
    best = (of_truth + of_found) / 2
    return (both - expected) / (best - expected) if best != expected else 1.0


def v_measure(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Harmonic mean of how pure the clusters found are and how whole the true ones: in [0, 1]."""
    of_truth, of_found = _entropy(truth), _entropy(found)
    shared = of_truth + of_found - _entropy(list(zip(truth, found, strict=True)))
    return 2 * shared / (of_truth + of_found) if of_truth + of_found else 1.0


def _entropy(labels: Sequence[Hashable]) -> float:
    shares = np.asarray(list(Counter(labels).values()), dtype=np.float64) / max(1, len(labels))
    return float(-(shares * np.log(shares)).sum())


def kmeans_labels(vectors: Matrix, clusters: int, seed: int) -> list[int]:
    """Cluster by k-means: the best of several starts.

    Args:
        vectors: float32 of shape (n, d), L2-normalised.
        clusters: At least 1, at most n.
    """
    chance = np.random.default_rng(seed)
    runs = [_kmeans(unit_rows(vectors), clusters, chance) for _ in range(_KMEANS_STARTS)]
    _, labels = min(runs, key=lambda run: run[0])
    return [int(label) for label in labels]


def _kmeans(vectors: Matrix, clusters: int, chance: np.random.Generator) -> tuple[float, NDArray[np.intp]]:
    centres = _spread_centres(vectors, clusters, chance)
    for _ in range(_KMEANS_ROUNDS):
        labels = _squares(vectors, centres).argmin(axis=1)
        belongs = (labels == np.arange(clusters)[:, None]).astype(np.float32)
        counts, sums = belongs.sum(axis=1), belongs @ vectors
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres).astype(np.float32)
    squares = _squares(vectors, centres)
    return float(squares.min(axis=1).sum()), squares.argmin(axis=1)


def _spread_centres(vectors: Matrix, clusters: int, chance: np.random.Generator) -> Matrix:
    """Draw first centres far from one another: the best of a few, drawn by squared distance."""
    rows = [int(chance.integers(len(vectors)))]
    far = _squares(vectors, vectors[rows])[:, 0]
    trials = 2 + int(np.log(clusters))
    while len(rows) < clusters:
        total = float(far.sum())
        tried = chance.choice(len(vectors), size=trials, p=far / total if total > 0 else None)
        left = np.minimum(far[:, None], _squares(vectors, vectors[tried]))
        best = int(left.sum(axis=0).argmin())
        rows.append(int(tried[best]))
        far = left[:, best]
    return vectors[rows]


def _squares(vectors: Matrix, centres: Matrix) -> NDArray[np.float64]:
    lengths = (vectors**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None]
    squares: NDArray[np.float64] = np.maximum(lengths - 2 * vectors @ centres.T, 0).astype(np.float64)
    return squares


def report_lines(report: ClusteringReport) -> list[str]:
    """Write a report as a table in Markdown."""
    head = "sample | wordings | true clusters | found | ARI | V | k-means: ARI | V | kept | worst day | ARI after"
    lines = [f"**{report.name}**", "", f"| {head} |", "|---" * 11 + "|"]
    for row in report.measures:
        counts = f"{row.wordings:.0f} | {row.clusters_true:.0f} | {row.clusters_found:.0f}"
        ours = f"{row.rand_index:.3f} | {row.v_measure:.3f}"
        theirs = f"{row.kmeans_rand_index:.3f} | {row.kmeans_v_measure:.3f}"
        days = f"{row.kept_together:.3f} | {row.kept_on_worst_day:.3f} | {row.lasting_rand_index:.3f}"
        lines.append(f"| {row.sample} | {counts} | {ours} | {theirs} | {days} |")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Print the report of a folder; the model was exported below an index root before."""
    folder, index_root, fingerprint = arguments
    encoder = load_exported_encoder(Path(index_root), fingerprint)
    sys.stdout.write("\n".join(report_lines(measure_clustering(Path(folder), encoder))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
