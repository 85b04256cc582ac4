"""What a mail repeats of earlier ones, and its signature, told apart from what its sender wrote.

Mail programs mark what they repeat in many ways and languages. Where it is not certain, a text stays as it is: a
folded line too many hides what a customer said, an unfolded one costs a glance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Lines over which one "On … wrote:" may be broken.
_ATTRIBUTION_LINES = 3
_LONGEST_ATTRIBUTION = 400
#: Lines of a signature, and characters; what is longer is no signature.
_SIGNATURE_LINES = 20
_SIGNATURE_LENGTH = 2_000

_ATTRIBUTION = re.compile(
    r"(?:On\b.{5,300}\bwrote"
    r"|Am\b.{5,300}\bschrieb\b.{0,150}"
    r"|[^\n]{1,150}\bschrieb am\b.{5,100}"
    r"|Le\b.{5,300}\ba écrit"
    r"|El\b.{5,300}\bescribió"
    r"|Il\b.{5,300}\bha scritto"
    r"|Em\b.{5,300}\bescreveu"
    r"|Op\b.{5,300}\bschreef\b.{0,150}"
    r"|Den\b.{5,300}\bskrev\b.{0,150}"
    r"|W dniu\b.{5,300}\b(?:napisał|napisała|pisze)\b.{0,150}"
    r")\s?:",
    re.IGNORECASE,
)
_ATTRIBUTION_WORDS = ("on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "w dniu ")
_SEPARATOR = re.compile(
    r"-{2,}\s*(?:original message|ursprüngliche nachricht|message d['’]origine|message original|"
    r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|"
    r"ursprungligt meddelande|oprindelig meddelelse)\s*-{2,}",
    re.IGNORECASE,
)
#: Stands above such a block in some programs.
_RULER = re.compile(r"_{10,}")
_FROM_LINE = re.compile(r"\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\*?\s?\S", re.IGNORECASE)
_SENT_LINE = re.compile(
    r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano)\s?:\*?\s?\S",
    re.IGNORECASE,
)
_SUBJECT_LINE = re.compile(
    r"\*?(?:To|Subject|An|Betreff|À|Objet|Para|Asunto|Oggetto|Assunto|Aan|Onderwerp|Till|Ämne|Til|Emne|Do|Temat)\s?:",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"(?:Sent from my|Sent from Outlook|Sent via|Get Outlook for|Von meinem \S+(?: \S+)? gesendet|"
    r"Gesendet (?:von|mit) |Diese Nachricht wurde von meinem|Envoyé de mon|Envoyé depuis|Télécharger Outlook|"
    r"Obtenir Outlook|"
    r"Enviado desde mi|Enviado do meu|Inviato da|Verzonden vanaf mijn|Skickat från min|Sendt fra min|"
    r"Outlook für \S+ (?:herunterladen|beziehen)|Holen Sie sich Outlook)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """A mail's text in two: what its sender wrote, and what is folded away."""

    written: str
    quoted: str


def split_quoted(text: str) -> SplitText:
    """Tell what a person wrote from what their mail repeats.

    Answers written in between the quoted lines keep them, for they make no sense without; only what stands quoted at
    the end is folded then. Where nothing else is left, such as in a mail that was passed on, all of it stays.
    """
    lines = text.split("\n")
    marks = _marks(lines)
    if _answers_in_between(lines, marks):
        last = max(index for index, line in enumerate(lines) if line.strip() and not marks[index])
        marks = [index > last for index in range(len(lines))]
    _mark_signature(lines, marks)
    written = _joined(line for line, mark in zip(lines, marks, strict=True) if not mark)
    if not written:
        return SplitText(written=text.strip(), quoted="")
    return SplitText(written=written, quoted=_joined(line for line, mark in zip(lines, marks, strict=True) if mark))


def _marks(lines: list[str]) -> list[bool]:
    """Say of each line whether it is repeated."""
    marks = [line.lstrip().startswith(">") for line in lines]
    for index, line in enumerate(lines):
        if _begins_header_block(lines, index) or _SEPARATOR.fullmatch(line.strip()):
            return marks[:index] + [True] * (len(lines) - index)
        length = _attribution_length(lines, index)
        if length:
            after = _next_written(lines, index + length)
            if after is None or marks[after]:
                marks[index : index + length] = [True] * length
            elif any(each.strip() for each in lines[:index]):
                return marks[:index] + [True] * (len(lines) - index)
    return marks


def _attribution_length(lines: list[str], index: int) -> int:
    """Return over how many lines somebody is said to have written what follows; 0 when nobody is."""
    first = lines[index].strip()
    if not first.lower().startswith(_ATTRIBUTION_WORDS) and " schrieb am " not in first:
        return 0
    said = ""
    for length, line in enumerate(lines[index : index + _ATTRIBUTION_LINES], start=1):
        said = f"{said} {line.strip()}".strip()
        if not line.strip() or len(said) > _LONGEST_ATTRIBUTION:
            return 0
        if said.endswith(":") and _ATTRIBUTION.fullmatch(said):
            return length
    return 0


def _begins_header_block(lines: list[str], index: int) -> bool:
    """Whether a line begins the block "From: … Sent: … To: …" that some programs put above what they repeat."""
    if _RULER.fullmatch(lines[index].strip()) and index + 1 < len(lines):
        index += 1
    if not _FROM_LINE.match(lines[index].strip()):
        return False
    block = [each.strip() for each in lines[index + 1 : index + 6]]
    return any(_SENT_LINE.match(each) for each in block) and any(_SUBJECT_LINE.match(each) for each in block)


def _answers_in_between(lines: list[str], marks: list[bool]) -> bool:
    """Whether quoted lines stand both before and behind something of the sender's own, and that more than once."""
    turns = [mark for line, mark in zip(lines, marks, strict=True) if line.strip()]
    blocks = [mark for index, mark in enumerate(turns) if index == 0 or turns[index - 1] != mark]
    return blocks.count(True) > 1 and blocks.count(False) > blocks[:1].count(False)


def _mark_signature(lines: list[str], marks: list[bool]) -> None:
    own = [index for index, line in enumerate(lines) if not marks[index] and line.strip()]
    dashes = [index for index in own if lines[index].rstrip() == "--"]
    if dashes:
        after = [index for index in own if index >= dashes[-1]]
        size = sum(len(lines[index]) for index in after)
        if len(after) <= _SIGNATURE_LINES and size <= _SIGNATURE_LENGTH:
            for index in after:
                marks[index] = True
            own = own[: -len(after)]
    if own and _DEVICE.match(lines[own[-1]].strip()):
        marks[own[-1]] = True


def _next_written(lines: list[str], index: int) -> int | None:
    return next((each for each in range(index, len(lines)) if lines[each].strip()), None)


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
