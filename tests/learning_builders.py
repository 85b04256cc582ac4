"""Learning without a model, for tests."""

from __future__ import annotations

from datetime import timedelta

from portal.container import Container
from portal.services.learning import LearningService, Memory
from search_index import HashingEncoder, HistoryStore


def learn_by_hashing(container: Container, encoder: HashingEncoder | None = None) -> LearningService:
    """Let a container learn in the space of the help centre of the tests."""
    memory = Memory(
        store=HistoryStore(container.settings.index_folder),
        load_encoder=lambda: encoder if encoder is not None else HashingEncoder(),
        keep=timedelta(days=container.settings.keep_past_questions_days),
        keep_journeys=timedelta(days=container.settings.keep_visits_days),
    )
    container.learning = LearningService(
        container.database, container.clock, memory, container.voters, questions_per_page=3
    )
    return container.learning
