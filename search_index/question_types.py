"""What kind of answer a question asks for, and which sentences look like one.

Signs on the surface, in English: in other languages nothing is recognised and nothing is preferred.
"""

from __future__ import annotations

import re
from enum import StrEnum


class QuestionType(StrEnum):
    """What an answer should hold."""

    ANY = "any"
    STEPS = "steps"
    TIME = "time"
    AMOUNT = "amount"
    PLACE = "place"
    REASON = "reason"


# "The app stops when I open it" does not ask for a time.
_VERB = r"(?:is|are|was|were|will|would|do|does|did|can|could|should|to|must|may)"
#: "Cancel plus" and "change delivery address" ask how to.
_WISHED = (
    r"(?:activate|add|cancel|change|close|connect|create|deactivate|delete|disable|download|edit|enable|export|install|link|"
    r"log ?in|log ?out|move|open|pair|pause|print|register|remove|rename|replace|reset|restart|restore|return|send|set|"
    r"share|sign|stop|switch|track|transfer|turn|unlock|unsubscribe|update|upgrade|use|verify)"
)
_ASKED = (
    (QuestionType.AMOUNT, r"how (?:much|expensive)|price|costs?|fees?|charges? for|free of charge"),
    (QuestionType.TIME, r"how (?:long|soon|late|quickly|fast|many (?:days|hours|weeks|months))|deadline"),
    (QuestionType.TIME, rf"^when|(?:until|since|by) when|when {_VERB}"),
    (QuestionType.PLACE, rf"^where|where {_VERB}"),
    (QuestionType.REASON, r"why|what causes|reason for"),
    (QuestionType.STEPS, r"how (?:do|can|to|should|would|does one)|steps to|set ?up|install|way to"),
    (QuestionType.STEPS, rf"^(?:i (?:want|need|would like) to |can i |please )?{_WISHED}"),
)
_QUESTIONS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _ASKED)

_NUMBER = r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|few|several)"
_TIME = (
    rf"\b{_NUMBER}(?:\s*(?:to|-|–|or)\s*{_NUMBER})?\s+(?:(?:working|business|calendar|full)\s+)?"
    r"(?:second|minute|hour|day|night|week|month|year)s?\b"
    r"|\b\d{1,2}:\d\d\b|\b(?:immediately|at once|straight away|instantly|any time|midnight|noon)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
)
_AMOUNT = (
    r"[€$£¥]\s?\d|\d\s?(?:€|£|%|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|cents?|per ?cent)\b)"
    r"|\bfree\b|\bno (?:extra )?(?:fee|cost|charge)"
)
_PLACE = (
    r"→|\s>\s|\b(?:under|below|above|behind|next to|inside)\s"
    r"|\b(?:in|on|at) (?:the|your) (?:app|account|menu|page|website|settings|e-?mail|bottom|back)\b"
    r"|\b(?:in|on|at) (?:the|your) (?:front|side|top|right|left|shop)\b"
)
_REASON = (
    r"\b(?:because|since|due to|caused? by|the reason|reasons?|so that|that is why)\b"
    r"|\b(?:this happens|usually means|means that)\b"
)
_DOING = (
    r"add|allow|ask|attach|bring|call|change|charge|check|choose|click|close|confirm|connect|contact|copy|create|"
    r"delete|disconnect|download|enter|fill|find|follow|give|go|hold|insert|install|keep|log|look|make|move|open|pay|"
    r"pick|place|plug|press|print|pull|push|put|read|reconnect|register|release|remove|rename|repeat|replace|report|"
    r"request|reset|restart|return|save|scan|select|send|set|show|sign|start|stop|switch|take|tap|tell|test|touch|try|"
    r"turn|type|unplug|update|use|wait|write"
)
_STEPS = rf"(?:please |first,? |then |now |next,? )?(?:{_DOING})\b|.*→"

_SIGNS = {
    QuestionType.TIME: re.compile(_TIME, re.IGNORECASE),
    QuestionType.AMOUNT: re.compile(_AMOUNT, re.IGNORECASE),
    QuestionType.PLACE: re.compile(_PLACE, re.IGNORECASE),
    QuestionType.REASON: re.compile(_REASON, re.IGNORECASE),
    QuestionType.STEPS: re.compile(_STEPS, re.IGNORECASE),
}


def classify_question(text: str) -> QuestionType:
    """Tell what a question asks for; ANY where it does not say."""
    return next((kind for kind, words in _QUESTIONS if words.search(text)), QuestionType.ANY)


def looks_like_answer(sentence: str, asked: QuestionType) -> bool:
    """Whether a sentence holds what was asked for; False for ANY."""
    signs = _SIGNS.get(asked)
    if signs is None:
        return False
    # What is to be done stands at the beginning; the rest may stand anywhere.
    found = signs.match(sentence) if asked is QuestionType.STEPS else signs.search(sentence)
    return found is not None
