"""What became of a site's own searches corrects how sure it is of its answers.

The model of answerability is learned on other help centres. On a given site it can be too sure of itself or not sure
enough; what customers did after a search tells: they opened a hit and asked for nothing more, or they asked for a
human. One number is learned from that, which is added to the log-odds of every answer. What people do is a poor
witness, so one outcome in ten is taken to say the contrary of the truth; a prior holds the number near zero; and how
many of a site's questions have an answer at all is taken out, because the stated error rates are those among questions
with an answer, and among questions without one (Saerens et al., 2002, for a known shift of classes).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path

import numpy as np

from search_index.small_files import FollowedFile, replace_text

_log = logging.getLogger(__name__)

_FILE = "verdict.json"
#: Share of the outcomes that are taken to say the contrary of the truth.
_NOISE = 0.1
#: Standard deviation of the prior around no correction, in log-odds.
_SPREAD = 0.4
#: The most that is added to the log-odds, either way: no number of outcomes turns the verdict upside down.
MOST_SHIFT = 1.0
#: Fewest outcomes of the rarer kind, noise taken out, that anything is learned from.
LEAST_OF_A_KIND = 8
#: Corrections that are compared with one another.
_STEPS = 201
#: Log-odds beyond these are not told apart.
_MOST_LOGIT = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one search.

    Attributes:
        answerability: What the model said of it before any correction, in [0, 1].
        answered: Whether it answered.
    """

    answerability: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCorrection:
    """What is added to the log-odds of answerability; as it comes, nothing.

    Attributes:
        outcomes: Searches that it was learned from.
    """

    shift: float = 0.0
    outcomes: int = 0


def learn_correction(outcomes: Sequence[Outcome]) -> SiteCorrection:
    """Find the most probable correction; none from too few outcomes of either kind."""
    labels = np.array([each.answered for each in outcomes], dtype=np.bool_)
    share = _answerable_share(labels)
    if min(share, 1 - share) * len(labels) < LEAST_OF_A_KIND:
        return SiteCorrection(outcomes=len(outcomes))
    logits = np.array([_logit(each.answerability) for each in outcomes]) + _logit(share)
    shifts = np.linspace(-MOST_SHIFT, MOST_SHIFT, _STEPS)
    expected = _NOISE + (1 - 2 * _NOISE) / (1 + np.exp(-(logits + shifts[:, None])))
    likelihood = np.log(np.where(labels, expected, 1 - expected)).sum(axis=1)
    best = int((likelihood - shifts**2 / (2 * _SPREAD**2)).argmax())
    return SiteCorrection(shift=float(shifts[best]), outcomes=len(outcomes))


def _answerable_share(labels: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Estimate which share of the questions has an answer, the noise taken out; 1.0 for none."""
    if not len(labels):
        return 1.0
    share = (float(labels.mean()) - _NOISE) / (1 - 2 * _NOISE)
    return min(max(share, 0.0), 1.0)


def save_correction(root: Path, outcomes: Iterable[Outcome]) -> SiteCorrection:
    """Learn a correction and put it beside an index, all at once; running engines notice by themselves.

    Raises:
        OSError: The folder cannot be written.
    """
    correction = learn_correction(tuple(outcomes))
    replace_text(root / _FILE, json.dumps(asdict(correction)))
    return correction


class LiveCorrection:
    """The correction that the file beside an index holds now. Safe for threads.

    Args:
        root: The index folder; may be missing.
    """

    def __init__(self, root: Path) -> None:
        self._file = FollowedFile(root / _FILE, _load, SiteCorrection())

    def get(self) -> SiteCorrection:
        """Give the correction; no change where there is none, or none that can be read."""
        return self._file.get()


def _load(path: Path) -> SiteCorrection:
    try:
        read = SiteCorrection(**json.loads(path.read_text(encoding="utf-8")))
        return SiteCorrection(shift=min(max(float(read.shift), -MOST_SHIFT), MOST_SHIFT), outcomes=int(read.outcomes))
    except (OSError, ValueError, TypeError):
        _log.exception("The correction of the verdict cannot be read, so there is none until it is written again.")
        return SiteCorrection()


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return min(max(log(inside / (1 - inside)), -_MOST_LOGIT), _MOST_LOGIT)
