"""English words that say little: some are not searched at all, more prove nothing when they match.

Taking many words out of queries costs hits ("turn off", "not received", "how long"), so that only the
emptiest go; the index weighs the others by how common they are. The verdict is stricter.
"""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Read a set of words off a string, which is easier on the eye than quotes."""
    return frozenset(words.split())


#: Not searched for unless nothing else was typed.
STOP_WORDS = word_set(
    """a an and are am as at be by can could did do does for had has have i im in is it its me my of on or our
    please that the this to us was we were will with would you your"""
)

#: Searched for, but no sign that an article answers; the words above among them.
EMPTY_WORDS = STOP_WORDS | word_set(
    """about above after again all any because been before being below between both but doing don down during each
    few from further get got having he her here hers him his how however if into itself just more most myself no nor
    not now off once only other ours out over own same she should so some such than their theirs them then there
    these they those through too under until up very what when where which while who whom why yours yourself ive
    dont doesnt cant cannot wont isnt arent didnt havent hasnt id ill youre thats whats theres want wants need needs
    like tell know help hi hello hey thanks thank let lets may might must shall also"""
)
