"""The colours keep 4.5:1 on every surface they are used on, in light and in dark; lines of controls keep 3:1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "portal" / "static" / "css" / "tokens.css"
SURFACES = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *((ink, surface) for surface in SURFACES for ink in ("ink", "ink-soft", "accent", "accent-strong")),
    *((kind, surface) for surface in ("paper", "surface") for kind in ("good", "caution", "bad")),
    *((kind, f"{kind}-soft") for kind in ("accent", "good", "caution", "bad")),
    *((ink, f"{kind}-soft") for kind in ("accent", "good", "caution", "bad") for ink in ("ink", "ink-soft")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "mark"),
]
#: Borders of fields and the ring around what has the focus, WCAG 1.4.11.
LINE_PAIRS = [(line, surface) for surface in ("paper", "surface") for line in ("line-strong", "focus")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("above", "below"), TEXT_PAIRS)
def test_text_keeps_its_contrast(scheme: str, above: str, below: str) -> None:
    colours = read_colours()[scheme]
    assert contrast(colours[above], colours[below]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("above", "below"), LINE_PAIRS)
def test_lines_of_controls_keep_theirs(scheme: str, above: str, below: str) -> None:
    colours = read_colours()[scheme]
    assert contrast(colours[above], colours[below]) >= 3


def test_the_dark_scheme_changes_every_colour_of_the_light_one() -> None:
    colours = read_colours()
    assert colours["light"].keys() == colours["dark"].keys()


def read_colours() -> dict[str, dict[str, str]]:
    """The colours of both schemes by name, as six hexadecimal digits."""
    light, _, dark = TOKENS.read_text().partition("@media (prefers-color-scheme: dark)")
    schemes = {"light": light, "dark": dark}
    return {scheme: dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", part)) for scheme, part in schemes.items()}


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2, from 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
