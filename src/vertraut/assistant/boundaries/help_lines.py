"""Where help is to be had in a crisis, by country: numbers that have been public and stable for years.

A country that is not listed gets 112, which mobile phones understand nearly everywhere, and a directory of help lines.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpLines:
    """Numbers of one country: emergencies, somebody to talk to, violence, and for the young."""

    emergency: str
    talk: str
    violence: str = ""
    young: str = ""


COUNTRIES = {
    "DE": HelpLines("112", "TelefonSeelsorge 0800 1110111, 0800 1110222, 116 123", "Hilfetelefon 116 016", "116 111"),
    "AT": HelpLines("112", "TelefonSeelsorge 142", "Frauenhelpline 0800 222 555", "Rat auf Draht 147"),
    "CH": HelpLines("112 / 144", "Die Dargebotene Hand 143", "Polizei 117", "Pro Juventute 147"),
    "LI": HelpLines("112 / 144", "Die Dargebotene Hand 143", "Landespolizei 117", "147"),
    "LU": HelpLines("112", "SOS Détresse 45 45 45", "Police 113", "Kanner-Jugendtelefon 116 111"),
    "NL": HelpLines("112", "113 Zelfmoordpreventie 113, 0800 0113", "Veilig Thuis 0800 2000", "Kindertelefoon 0800 0432"),
    "FR": HelpLines("112 / 15", "3114", "3919", "119"),
    "BE": HelpLines("112", "Zelfmoordlijn 1813, Centre de prévention du suicide 0800 32 123", "1712"),
    "GB": HelpLines("999", "Samaritans 116 123", "National Domestic Abuse Helpline 0808 2000 247", "Childline 0800 1111"),
    "IE": HelpLines("112 / 999", "Samaritans 116 123", "Women's Aid 1800 341 900", "Childline 1800 66 66 66"),
    "US": HelpLines("911", "988 Suicide & Crisis Lifeline", "National Domestic Violence Hotline 1-800-799-7233", "988"),
    "CA": HelpLines("911", "988 Suicide Crisis Helpline", "911", "Kids Help Phone 1-800-668-6868"),
    "AU": HelpLines("000", "Lifeline 13 11 14", "1800RESPECT 1800 737 732", "Kids Helpline 1800 55 1800"),
    "NZ": HelpLines("111", "1737", "Women's Refuge 0800 733 843", "Youthline 0800 376 633"),
    "ES": HelpLines("112", "024", "016", "116 111"),
    "IT": HelpLines("112", "Telefono Amico 02 2327 2327", "1522", "114"),
    "PL": HelpLines("112", "116 123", "800 120 002", "116 111"),
}
ELSEWHERE = HelpLines("112", "findahelpline.com", "findahelpline.com")


def help_lines(country: str) -> HelpLines:
    """Return the numbers of a country by its ISO 3166 code."""
    return COUNTRIES.get(country.upper(), ELSEWHERE)
