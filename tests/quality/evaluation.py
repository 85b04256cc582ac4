"""The development sets, measured and compared with the floors in `floors.json`: `make evaluate`.

    python -m tests.quality.evaluation [folder of sets]

Sets that are not there are passed over and said. A floor is what no change may fall below; raise it when a
change makes the search better.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.cli.evaluate import STAGES
from portal.cli.evaluation_tables import overview_table
from portal.cli.index import progress_bar
from portal.cli.instance import open_container
from portal.cli.screen import screen
from portal.content.articles import ArticleRenderer
from portal.content.links import build_link_map
from portal.integrations.embedding_models import LocalModels
from portal.services.evaluation import EvaluationService
from portal.services.sync_plan import SITE_PATHS
from portal.storage.articles_folder import read_articles_folder
from search_index import (
    MAIN_FIGURE,
    Evaluation,
    EvaluationSet,
    IndexedArticle,
    ModelError,
    Progress,
    Question,
    SearchSides,
    choose_files,
)
from search_index.evaluation.clustering import measure_clustering, report_lines
from tests.quality.test_shipped_help_centre import COVERED, UNRELATED

REPOSITORY = Path(__file__).parents[2]
FLOORS_FILE = Path(__file__).with_name("floors.json")
#: Where the development sets lie when no folder is named.
USUAL_FOLDER = REPOSITORY.parent / "shared" / "data"
SHIPPED = "shipped_help_centre"
#: The set whose articles are true clusters of its questions.
CLUSTERED = "clinc150"
#: Figures that must not fall below their floor; all others must not rise above it.
AT_LEAST = (MAIN_FIGURE, "gain", "auroc")

Floors = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentSet:
    """Where a set lies below the folder of sets; file names as `portal evaluate` takes them."""

    folder: str
    files: Mapping[str, str]

    def choices(self) -> dict[str, Path]:
        """The named files."""
        return {option: Path(name) for option, name in self.files.items()}


_CHECKED = {"queries": "queries_dev_checked.jsonl", "qrels": "qrels_dev_checked_plus.tsv"}
_LEARNED = {"history": "queries_dev.jsonl", "history_qrels": "qrels_dev.tsv"}
SETS = {
    "thunderbird": DevelopmentSet(folder="thunderbird", files=_CHECKED),
    "thunderbird_history": DevelopmentSet(folder="thunderbird", files={**_CHECKED, **_LEARNED}),
    "thunderbird_noanswer_dev": DevelopmentSet(folder="thunderbird_noanswer_dev", files={}),
    "hint3_sofmattress": DevelopmentSet(folder="hint3_sofmattress", files={}),
    "clinc150": DevelopmentSet(folder="clinc150", files={}),
}


def read_floors() -> Floors:
    """Read the floors: figures by name, by set."""
    floors: Floors = json.loads(FLOORS_FILE.read_text(encoding="utf-8"))
    return floors


def figures_of(evaluation: Evaluation) -> dict[str, float]:
    """The figures that may have a floor; those that a set cannot give are missing."""
    figures = evaluation.figures
    full = figures.ranking.get(SearchSides.FULL, {})
    estimates = {
        MAIN_FIGURE: full.get(MAIN_FIGURE),
        "gain": figures.gain,
        "auroc": figures.verdict.auroc,
        "wrongly_answered": figures.verdict.wrongly_answered,
        "wrongly_sent_away": figures.verdict.wrongly_sent_away,
        "unsure": figures.verdict.unsure,
    }
    return {name: each.value for name, each in estimates.items() if each is not None}


def missed_floors(name: str, figures: Mapping[str, float], floors: Floors) -> list[str]:
    """Say for each floor of a set that is missed what was wanted and what was measured."""
    missed = []
    for figure, floor in floors.get(name, {}).items():
        measured = figures.get(figure)
        if measured is None:
            missed.append(f"{name}: {figure} was not measured; its floor is {floor:.3f}.")
        elif (measured < floor) if figure in AT_LEAST else (measured > floor):
            wanted = "at least" if figure in AT_LEAST else "at most"
            missed.append(f"{name}: {figure} is {measured:.4f}, wanted {wanted} {floor:.3f}.")
    return missed


def read_development_set(
    service: EvaluationService, name: str, folder: Path, progress: Progress
) -> EvaluationSet | None:
    """Read one set; None when it is not there."""
    if name == SHIPPED:
        return shipped_set()
    wanted = SETS[name]
    if not (folder / wanted.folder / "articles.jsonl").is_file():
        return None
    return service.read_set(name, choose_files(folder / wanted.folder, **wanted.choices()), progress)


def shipped_set() -> EvaluationSet:
    """The shipped help centre with the questions that its own test asks."""
    questions = [Question(id=text, text=text) for text in COVERED]
    questions += [Question(id=text, text=text, answerable=False) for text in UNRELATED]
    return EvaluationSet(
        name=SHIPPED,
        articles=tuple(_shipped_articles()),
        questions=tuple(questions),
        judgements={text: {article_id: 1} for text, article_id in COVERED.items()},
    )


def _shipped_articles() -> Iterator[IndexedArticle]:
    snapshot = read_articles_folder(REPOSITORY / "articles")
    link_map = build_link_map(snapshot.sources, snapshot.media, site_paths=SITE_PATHS)
    renderer = ArticleRenderer()
    for source in snapshot.sources:
        if not source.draft and source.audience == "public":
            yield IndexedArticle(
                id=source.id,
                title=source.title,
                summary=source.summary,
                tags=source.tags,
                sections=renderer.render(source, link_map).sections,
            )


def measure(service: EvaluationService, names: Sequence[str], folder: Path) -> Iterator[Evaluation]:
    """Measure the sets that are there, one after another; the others are said."""
    for name in names:
        with progress_bar(quiet=False, stages=STAGES) as progress:
            given = read_development_set(service, name, folder, progress)
            if given is None:
                screen(errors=True).print(f"{name} is not in {folder}.", style="yellow", markup=False)
                continue
            outcome = service.evaluate(given, progress=progress)
        figures = ", ".join(f"{figure} {value:.3f}" for figure, value in figures_of(outcome.evaluation).items())
        done = f"{name}: {figures} ({outcome.evaluation.seconds:.0f} s)"
        screen(errors=True).print(done, style="dim", markup=False)
        yield outcome.evaluation


def print_clustering(models: LocalModels, folder: Path) -> None:
    """Say how well questions are clustered where the truth is known; nothing without the set or the model."""
    if not (folder / CLUSTERED / "articles.jsonl").is_file():
        return
    try:
        encoder = models.for_few()
    except ModelError as error:
        screen(errors=True).print(f"Clusters were not measured: {error}", style="yellow", markup=False)
        return
    for line in report_lines(measure_clustering(folder / CLUSTERED, encoder, seeds=(0,))):
        screen().print(line, markup=False)


def main(folder: Path = USUAL_FOLDER) -> int:
    """Measure all sets and compare them with their floors; returns the exit code."""
    container = open_container()
    evaluations = list(measure(container.evaluation, (SHIPPED, *SETS), folder))
    floors = read_floors()
    missed = [line for each in evaluations for line in missed_floors(each.name, figures_of(each), floors)]
    screen().print(overview_table(evaluations))
    print_clustering(container.models, folder)
    for line in missed:
        screen().print(line, style="red", markup=False)
    if not missed:
        screen().print("No floor is missed.", style="green")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*(Path(each) for each in sys.argv[1:2])))
