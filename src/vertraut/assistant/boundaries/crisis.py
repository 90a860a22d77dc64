"""Crises: whether what a person says speaks of one, what is said first then, and what an answer must not say in it.

Suicidal thoughts, self-harm, violence, abuse and medical emergencies, of oneself or of somebody near. Figures of speech,
fiction and quotations are none. When unsure it rather offers a number too many.
"""

from __future__ import annotations

from typing import Literal

from vertraut.assistant.boundaries.help_lines import help_lines
from vertraut.assistant.boundaries.rules import stands, without
from vertraut.assistant.boundaries.situation import Language, Situation
from vertraut.assistant.boundaries.wording import plain, quoted_out

Kind = Literal["emergency", "suicide", "self_harm", "violence", "abuse"]

KINDS: tuple[Kind, ...] = ("emergency", "suicide", "self_harm", "abuse", "violence")
"""Crises, the gravest first; each is a section of patterns."""

BY_OTHERS: tuple[Kind, ...] = ("abuse", "violence")
"""Crises in which what another person does is to be called by its name."""
_LAUGHS = "😂🤣😆😹"
_LOOKED_BACK = 8

_HARM_INSTEAD: dict[Language, dict[Kind, str]] = {
    "de": {
        "emergency": "Bitte jetzt den Notruf wählen; lieber einmal zu viel.",
        "suicide": "Bitte jetzt mit einem Menschen sprechen; damit muss niemand allein bleiben.",
        "self_harm": "Bitte mit einem Menschen darüber sprechen; damit muss niemand allein bleiben.",
        "violence": "So etwas darf niemand tun; es gibt Schutz und Hilfe.",
        "abuse": "So etwas darf niemand tun; darüber zu sprechen ist richtig, und es gibt Hilfe.",
    },
    "en": {
        "emergency": "Please call for medical help now; better once too often.",
        "suicide": "Please talk to somebody now; nobody has to be alone with this.",
        "self_harm": "Please talk to somebody about it; nobody has to be alone with this.",
        "violence": "Nobody is allowed to do this to you; there is protection and help.",
        "abuse": "Nobody is allowed to do this; speaking about it is right, and there is help.",
    },
}
_OPENINGS: dict[Language, dict[Kind, str]] = {
    "de": {
        "emergency": "Das klingt nach einem Notfall. Bitte jetzt anrufen: {emergency}. "
        "Dort wird gesagt, was bis dahin zu tun ist.",
        "suicide": "Gut, dass das ausgesprochen ist; es klingt sehr schwer, und niemand muss damit allein sein. "
        "Menschen, die jetzt zuhören: {talk}. Bei unmittelbarer Gefahr: {emergency}. "
        "Gut ist auch jemand Vertrautes, der heute dableibt.",
        "self_harm": "Danke für das Vertrauen; das klingt nach großer Not. Menschen, die zuhören: {talk}{young}. "
        "Bei schweren Verletzungen: {emergency}.",
        "violence": "Das ist Gewalt, und niemand muss sie ertragen. Bei Gefahr: {emergency}. Rat und Schutz: {violence}.",
        "abuse": "Das ist nicht in Ordnung, und die Schuld liegt nie beim Opfer. Bei Gefahr: {emergency}. "
        "Rat und Schutz: {violence}{young}.",
    },
    "en": {
        "emergency": "This sounds like an emergency. Please call now: {emergency}. "
        "They will say what to do until help arrives.",
        "suicide": "It's good that this is said; it sounds very heavy, and nobody has to be alone with it. "
        "People who listen now: {talk}. In immediate danger: {emergency}. "
        "Somebody you trust staying with you today is good, too.",
        "self_harm": "Thank you for the trust; this sounds like great distress. People who listen: {talk}{young}. "
        "For serious injuries: {emergency}.",
        "violence": "This is violence, and nobody has to bear it. In danger: {emergency}. "
        "Advice and protection: {violence}.",
        "abuse": "This is not all right, and it is never the victim's fault. In danger: {emergency}. "
        "Advice and protection: {violence}{young}.",
    },
}
_YOUNG: dict[Language, str] = {"de": "; für Kinder und Jugendliche: {}", "en": "; for children and the young: {}"}


def crisis_in(text: str) -> Kind | None:
    """Return the gravest crisis that a person's words speak of."""
    said, _ = quoted_out(text)
    words = plain(said)
    if stands("fiction", words) or stands("topic", words):
        return None
    meant = without("figurative", words)
    weary = stands("weary", meant) and stands("hopeless", meant) and not set(text) & set(_LAUGHS)
    return next((kind for kind in KINDS if stands(kind, meant)), "suicide" if weary else None)


def crisis_of(situation: Situation) -> Kind | None:
    """Return the crisis of the present words, or of what the person said shortly before."""
    earlier = (each.text for each in reversed(situation.history[-_LOOKED_BACK:]) if each.role == "person")
    return next((kind for text in (situation.text, *earlier) if (kind := crisis_in(text))), None)


def help_text(kind: Kind, language: Language, country: str) -> str:
    """Return kind words that name help for a crisis in a country."""
    lines = help_lines(country)
    young = _YOUNG[language].format(lines.young) if lines.young else ""
    return _OPENINGS[language][kind].format(emergency=lines.emergency, talk=lines.talk, violence=lines.violence, young=young)


def instead_of_harm(kind: Kind, language: Language) -> str:
    """Return what is said in place of a harmful sentence."""
    return _HARM_INSTEAD[language][kind]
