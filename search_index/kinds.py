"""What a typed text is before any article is looked at: a question, nothing, or a wish for a person."""

from __future__ import annotations

import re

from search_index.records import QueryKind

_PERSON = (
    r"(?:humans?|human being|agents?|representatives?|reps?|operators?|advisors?|advisers?|live person|"
    r"real person|actual person|person|people|real people|someone|somebody|manager|supervisor|staff(?: member)?|"
    r"team member|member of staff|(?:customer|technical|tech|live|your)? ?(?:support|service|services|care)(?: team| agent| line| desk| rep| representative)?|"
    r"support team|help ?desk|call cent(?:er|re)|live (?:chat|agent|help)|your team)"
)
_ADJECTIVES = r"(?:(?:a|an|the|some|any|one of|your|real|live|actual|human|customer|support|service|another|different|proper) )*"
_VERB = (
    r"(?:(?:talk|speak|chat|connect|transfer|put|get|pass|write|reach out|escalate)(?: me| this)?(?: on| in| through| over)?"
    r" (?:directly )?(?:to|with|in touch with|hold of)|reach|call|contact|phone|ring|get|have|need|want|request|ask for|find|see|message)"
)
# A person named with a verb of talking decides by itself, whatever else the sentence says.
_TALK = re.compile(
    r"\b(?:talk|speak|chat|connect(?: me)?|transfer(?: me)?|put me (?:through|on)|put through|escalate(?: this)?)"
    rf" (?:directly )?(?:to|with) {_ADJECTIVES}"
    r"(?:humans?|agents?|representatives?|reps?|operators?|advisors?|advisers?|(?:real|live|actual|human) (?:person|people|being)|"
    r"(?:customer|technical|tech) (?:support|service|services|care)|support team|staff|manager|supervisor|"
    r"(?:person|people|someone|somebody|support)(?= ?(?:$|please|now|today|asap|about|regarding|directly|in (?:support|person|charge|customer)|at|from|on the phone|here|who can help)))"
)
_OPENING = r"(?:(?:hi|hello|hey|please|pls|just|ok|okay|no|yes|so|well|sorry|urgent|help)[ ,]+)*"
_WISH = (
    r"(?:(?:can|could|may|would|will|do|how|where|is|are|let|i|id|i'd|im|i'm|i d|we|you|u|me|want|wanna|wants|need|needs|"
    r"like|wish|have|there|must|should|able|possible|it|to|get|give|help|try|trying|for|a way|way|who|whom|prefer|any) )*"
)
_CLOSING = r"(?:[ ,]+(?:please|pls|now|right now|today|asap|instead|thanks|thank you|here|directly|back|urgently|immediately|for help|for me|i can talk to|i can speak to|i can speak with|i can talk with|to talk to|to speak to|to help me|on the phone|by phone|number|phone number))*"
_WHOLE = re.compile(rf"{_OPENING}{_WISH}{_VERB} {_ADJECTIVES}{_PERSON}{_CLOSING}")
_NAMED = re.compile(
    rf"{_OPENING}(?:(?:a|an|the|real|live|actual|human|need|want|is there|are there|to|any|i want|i need|give me|get me) )*"
    r"(?:humans?|human being|agents?|human agent|real person|live person|actual person|real people|representatives?|"
    r"customer (?:service|services|support|care)(?: (?:agent|rep|representative|number|phone number|team))?|live (?:chat|agent|support|help)|operator|"
    r"human (?:support|help|assistance|service)|talk to (?:you|us)|contact (?:us|you|support)|call me(?: back)?|phone support|"
    rf"support (?:agent|team|rep|staff)|someone (?:to talk to|i can talk to|real)){_CLOSING}"
)
_BARE = frozenset({"people", "person", "someone", "somebody", "support", "service", "services", "care", "staff", "your service"})
_NOISE = re.compile(r"[^\w\s']+")


def classify_query(text: str) -> QueryKind:
    """Tell what a normalised text is.

    Only plain wishes count as asking for a human: ``talk to a real person`` does, ``how do I add a
    person to my household`` is a question like any other.
    """
    spoken = " ".join(_NOISE.sub(" ", text.casefold().replace("’", "'")).split())
    if not spoken:
        return QueryKind.QUESTION if text.strip() else QueryKind.BLANK
    return QueryKind.ASKS_FOR_HUMAN if _asks_for_human(spoken) else QueryKind.QUESTION


def _asks_for_human(spoken: str) -> bool:
    if _TALK.search(spoken) or _NAMED.fullmatch(spoken):
        return True
    return spoken not in _BARE and _WHOLE.fullmatch(spoken) is not None
