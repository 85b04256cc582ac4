"""What can go wrong in the library, as one tree.

SearchIndexError
├── IndexMissing         no generation has ever been promoted
├── IndexCorrupt         the live generation cannot be read
├── IndexLocked          another indexer holds the lock
├── IndexNotWritable     the folder is read-only or the disk is full; the old generation stays live
├── GateRefused          a new generation did not pass its checks and was not promoted
├── RebuildNeeded        a small change cannot be carried out; all articles must be synced
├── BadEvaluationSet     files to measure with are missing or cannot be read
└── ModelError
    ├── ModelNotFound    the embedding model is not where it was said to be
    ├── ModelHashMismatch  the default model's weights are not the ones we know
    └── ModelUnsupported   the model cannot be reproduced faithfully by the query encoder
"""

from __future__ import annotations


class SearchIndexError(Exception):
    """Base of every error the library raises on purpose; its text is a sentence with the way out."""


class IndexMissing(SearchIndexError):
    """No generation has ever been promoted."""


class IndexCorrupt(SearchIndexError):
    """The live generation cannot be read."""


class IndexLocked(SearchIndexError):
    """Another indexer holds the lock."""


class IndexNotWritable(SearchIndexError):
    """The index folder is read-only or the disk is full; the old generation stays live."""


class GateRefused(SearchIndexError):
    """A new generation did not pass its checks and was not promoted."""


class RebuildNeeded(SearchIndexError):
    """There is no live generation that a small change could be applied to; all articles must be synced."""


class BadEvaluationSet(SearchIndexError):
    """Files to measure with are missing or cannot be read."""


class ModelError(SearchIndexError):
    """Base of the errors of the embedding model."""


class ModelNotFound(ModelError):
    """The embedding model is not where it was said to be."""


class ModelHashMismatch(ModelError):
    """The default model's weights are not the ones we know."""


class ModelUnsupported(ModelError):
    """The model cannot be reproduced faithfully by the query encoder."""
