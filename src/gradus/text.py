"""Texts that exist in both languages of the course."""

from __future__ import annotations

import os
from typing import Literal, NamedTuple, get_args

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLE = "GRADUS_LANGUAGE"


class Text(NamedTuple):
    """One text in Spanish and in English."""

    es: str
    en: str

    def to(self, language: Language) -> str:
        """The text in one of the two languages."""
        return self.en if language == "en" else self.es

    def __str__(self) -> str:
        return self.to(language())


def language() -> Language:
    """The language of the course in this process: ``GRADUS_LANGUAGE``, Spanish by default."""
    chosen = os.environ.get(VARIABLE, "es")
    return chosen if chosen in LANGUAGES else "es"
