"""The writers' list of words that mean the same, ``_synonyms.yml``."""

from __future__ import annotations

from dataclasses import dataclass

from portal.content.yaml_reader import read_yaml
from portal.domain.articles import ContentProblem
from portal.domain.errors import ContentError
from search_index import SynonymRule, parse_rule, same_meaning

#: Name of the file at the top of the articles folder.
SYNONYMS_FILE = "_synonyms.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymsFile:
    """What a list of synonyms says.

    Attributes:
        rules: In the order of the file.
        problems: The entries that could not be used, by line.
    """

    rules: tuple[SynonymRule, ...] = ()
    problems: tuple[ContentProblem, ...] = ()


def read_synonyms(text: str, *, path: str = SYNONYMS_FILE) -> SynonymsFile:
    """Read a list of rules, each a line such as ``sofa, couch`` or ``hub => gateway``, or a list of words.

    Args:
        text: The YAML file; blank means no rules.
        path: For messages.

    Returns:
        The rules that could be read; a bad entry stops no other.

    Raises:
        ContentError: If the file is not a list at all.
    """
    document = read_yaml(text.removeprefix("\ufeff"), path=path)
    if document.value is None:
        return SynonymsFile()
    if not isinstance(document.value, list):
        message = "The file must be a list, each entry beginning with “- ”, such as “- sofa, couch”."
        raise ContentError(message, path=path)
    rules: list[SynonymRule] = []
    problems: list[ContentProblem] = []
    for entry, line in zip(document.value, document.item_lines, strict=True):
        try:
            rules.append(_rule(entry))
        except ValueError as error:
            problems.append(ContentProblem(path=path, line=line, message=str(error), passed_over=True))
    return SynonymsFile(rules=tuple(rules), problems=tuple(problems))


def _rule(entry: object) -> SynonymRule:
    match entry:
        case str() | int():
            return parse_rule(str(entry))
        case list() if all(isinstance(word, str | int) for word in entry):
            return same_meaning(str(word) for word in entry)
        case _:
            raise ValueError("A rule is a line of words with commas, such as “sofa, couch”. Put signs in quotes.")
