"""What writers decided by hand about clusters, so that the next night's clustering keeps to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Wordings that belong together and wordings that do not. A later decision beats earlier ones.

    Attributes:
        together: Groups of wordings that are always in one cluster; a wording is in at most one group.
        apart: Pairs of wordings that are never in one cluster, not even by way of their groups.
    """

    together: tuple[frozenset[str], ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            ValueError: A wording is in two groups, or two of one group shall be apart; names them.
        """
        group_of: dict[str, int] = {}
        for number, group in enumerate(self.together):
            for text in sorted(group):
                if group_of.setdefault(text, number) != number:
                    raise ValueError(f"“{text}” is in two groups of pins; join the groups.")
        for pair in self.apart:
            groups = {group_of.get(text, text) for text in pair}
            if len(groups) != 2:  # noqa: PLR2004
                raise ValueError(f"Pinned apart, yet one group or not a pair: {sorted(pair)}.")

    def merged(self, *clusters: Iterable[str]) -> Pins:
        """Pin the members of several clusters together.

        Groups that share a wording with them join in; what kept any of these apart is forgotten.
        """
        joined = frozenset(text for cluster in clusters for text in cluster)
        touched = [group for group in self.together if group & joined]
        joined = joined.union(*touched)
        kept = tuple(group for group in self.together if group not in touched)
        apart = frozenset(pair for pair in self.apart if not pair <= joined)
        return Pins(together=_ordered((*kept, joined)), apart=apart)

    def split(self, moved: Iterable[str], rest: Iterable[str]) -> Pins:
        """Pin some wordings of a cluster together and apart from its others.

        Args:
            moved: What leaves; groups that reach into both sides are cut.
            rest: What stays; it is not pinned together, only apart from what leaves.
        """
        leaving = frozenset(moved)
        staying = frozenset(rest) - leaving
        cut = [group - leaving for group in self.together]
        apart = self.apart | {frozenset(pair) for pair in product(leaving, staying)}
        apart = frozenset(pair for pair in apart if not pair <= leaving)
        return Pins(together=_ordered((*cut, leaving)), apart=apart)


def _ordered(groups: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Leave out groups that bind nothing, and forget in which order they came."""
    return tuple(sorted((group for group in groups if len(group) > 1), key=sorted))
