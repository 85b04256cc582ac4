"""What a typed text is before any article is looked at: a question, nothing, or a wish for a person."""

from __future__ import annotations

import re
from itertools import pairwise

from search_index.records import QueryKind
from search_index.stop_words import word_set

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: Phrases that name a person at work; each is read as the one word "agent".
_PHRASES = re.compile(
    r"\b(?:customer|client|technical|tech|live|phone|human|your|helpdesk) "
    r"(?:service|services|support|care|chat|help|assistance|team|staff|agent|line)"
    r"(?: (?:agent|agents|rep|reps|representative|representatives|team|number|line|desk|person|staff))*\b"
    r"|\b(?:support|service) (?:team|agent|rep|representative|staff|desk|person|line)\b"
    r"|\b(?:help desk|helpdesk|call cent(?:er|re)|human being|member of (?:staff|your team))\b"
)
#: Words that name a person to talk to by themselves.
_PERSONS = word_set(
    "agent agents human humans representative representatives rep reps operator advisor advisors adviser advisers"
)
#: Words that do so only beside a word of talking or one of `_REAL`.
_ANYONE = word_set("person people someone somebody anyone anybody support staff manager supervisor")
_YOU = frozenset({"you", "us", "u"})
_REAL = frozenset({"real", "live", "actual", "living", "proper"})
_TALKING = word_set("talk talking speak speaking chat chatting touch connect transfer escalate")
_CALLING = word_set("contact contacting call calling phone ring reach reaching")
_TOWARDS = frozenset({"to", "with"})
#: Words that may stand around without changing the wish.
_FILLERS = word_set(
    "a an the to with some any one of i i'd i'm i'll im id me my we you u your us it is are am be there this that "
    "can could may would will do does did how where who whom what which way want wants wanna need needs needed like "
    "wish please pls plz just only now today asap instead directly right back here again still have has had let get "
    "got give put me through on by hold in for help try trying hi hello hey ok okay yes no not dont don't so well "
    "sorry urgent urgently immediately thanks thank number address email e-mail mail message write possible able allow "
    "someone's another different bot robot machine and or if rather prefer ask asking request find see when about"
)
#: What may follow "talk to someone" and tell what about.
_TOPIC = word_set("about regarding concerning on for in at who that because and please now today asap directly here")

#: Words that greet or thank by themselves.
_GREETINGS = word_set(
    "hi hello hey hiya hallo howdy heya greetings thanks thank thankyou thx ty cheers bye goodbye welcome morning"
)
#: Words that do so after "good", and what may stand around a greeting without asking anything.
_DAYTIMES = word_set("morning afternoon evening day night")
_AROUND_GREETINGS = (
    _GREETINGS
    | _DAYTIMES
    | word_set(
        "there all everyone everybody team folks guys again good you u so much very many a lot and to dear sir madam "
        "how are doing today ok okay great perfect nice oh well"
    )
)
#: What may be added to thanks.
_AROUND_THANKS = _AROUND_GREETINGS | word_set("for the your help helping support answer that this it was really bye")
_THANKS = frozenset({"thanks", "thank", "thankyou", "thx", "ty", "cheers"})


def classify_query(text: str) -> QueryKind:
    """Tell what a normalised text is.

    Only plain wishes count as asking for a human: ``talk to a real person`` does, ``how do I add a person to my
    household`` is a question like any other.
    """
    if not text.strip():
        return QueryKind.BLANK
    typed = _WORD.findall(text.casefold().replace("’", "'"))
    if _is_only_a_greeting(typed):
        return QueryKind.GREETING
    words = _PHRASES.sub("agent", " ".join(typed)).split()
    asks = _is_only_a_wish(words) or _talks_to_a_person(words)
    return QueryKind.ASKS_FOR_HUMAN if asks else QueryKind.QUESTION


def _is_only_a_greeting(words: list[str]) -> bool:
    """The whole text greets or thanks, and asks nothing."""
    present = set(words)
    greets = bool(present & (_GREETINGS - {"morning"})) or _is_pair(words, frozenset({"good"}), _DAYTIMES)
    around = _AROUND_THANKS if present & _THANKS else _AROUND_GREETINGS
    return (greets or words == ["morning"]) and around.issuperset(words)


def _is_only_a_wish(words: list[str]) -> bool:
    """The whole text is a wish for a person, with nothing else in it."""
    known = _PERSONS | _ANYONE | _YOU | _REAL | _TALKING | _CALLING | _FILLERS
    if not words or not known.issuperset(words):
        return False
    present = set(words)
    addressed = bool(present & (_TALKING | _CALLING))
    return bool(
        present & _PERSONS
        or (present & _ANYONE and (addressed or present & _REAL))
        or _is_pair(words, _CALLING, _YOU | {"me"})
        or any(_is_pair(words[at:], _TALKING, _TOWARDS) and set(words[at + 2 :]) & _YOU for at in range(len(words)))
    )


def _is_pair(words: list[str], firsts: frozenset[str], seconds: frozenset[str]) -> bool:
    return any(first in firsts and second in seconds for first, second in pairwise(words))


def _talks_to_a_person(words: list[str]) -> bool:
    """Somewhere in the text stands "talk to an agent", whatever else is said."""
    return any(word in _TALKING and _names_person(words[at + 1 :]) for at, word in enumerate(words))


def _names_person(words: list[str]) -> bool:
    """The words begin with "to" or "with", and then a person."""
    rest = [word for word in words if word not in {"me", "directly", "this", "it"}]
    if not rest or rest[0] not in _TOWARDS:
        return False
    named = [word for word in rest[1:] if word not in {"a", "an", "the", "some", "any", "one", "of", "your", "another"}]
    if not named:
        return False
    if named[0] in _PERSONS or (named[0] in _REAL and len(named) > 1 and named[1] in _PERSONS | _ANYONE):
        return True
    return named[0] in _ANYONE and (len(named) == 1 or named[1] in _TOPIC)
