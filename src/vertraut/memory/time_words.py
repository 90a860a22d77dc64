"""The words of time expressions in German and English, by kind.

Each row of ``_ROWS`` is a kind, the value its words carry, and the words themselves: folded (``ae`` for ``ä``), a ``*`` for
the endings of German adjectives, several words in a row joined with ``_``. What a word means where it stands is decided in
``time_tokens``, what they mean together in ``time_dates`` and the modules after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Meaning = tuple[tuple[str, Any], ...]
"""Mostly one kind and value; "Freitagabend" has two."""

_MONTHS_DE = "januar februar maerz april mai juni juli august september oktober november dezember".split()
_MONTHS_EN = "january february march april may june july august september october november december".split()
_MONTHS_SHORT = (
    "jan jaenner", "feb feber", "mar mrz maer", "apr", "", "jun", "jul", "aug", "sep sept", "oct okt", "nov", "dec dez",
)  # fmt: skip
_WEEKDAYS_DE = "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
_WEEKDAYS_EN = "monday tuesday wednesday thursday friday saturday sunday".split()
WEEKDAYS_SHORT = {
    "Mon": 0, "Mo": 0, "Tue": 1, "Tues": 1, "Di": 1, "Wed": 2, "Mi": 2, "Thu": 3, "Thur": 3, "Thurs": 3, "Do": 3,
    "Fri": 4, "Fr": 4, "Sat": 5, "Sa": 5, "Sun": 6, "So": 6,
}  # fmt: skip
"""Read only as they are written here: "sat", "do" and "so" are words of their own."""

_PARTS_DE = {
    "frueh": "morning", "morgen": "morning", "vormittag": "forenoon", "mittag": "noon", "nachmittag": "afternoon",
    "abend": "evening", "nacht": "night",
}  # fmt: skip
_COUNTS = (
    "one", "two zwei zwo", "three drei", "four vier", "five fuenf", "six sechs", "seven sieben", "eight acht",
    "nine neun", "ten zehn", "eleven elf", "twelve zwoelf", "thirteen dreizehn", "fourteen vierzehn", "fifteen fuenfzehn",
    "sixteen sechzehn", "seventeen siebzehn", "eighteen achtzehn", "nineteen neunzehn", "twenty zwanzig",
)  # fmt: skip
_ORDINALS = ("first erst*", "second zweit*", "third dritt*", "fourth viert*", "fifth fuenft*", "sixth sechst*")
_ENDINGS = ("e", "er", "en", "em", "es")
_SATURDAY = 5

_ROWS: tuple[tuple[str, Any, str], ...] = (
    ("LAST", 1, "last previous letzt* vorig* vergangen* verflossen*"),
    ("LAST", 2, "vorletzt*"),
    ("PAST", 1, "past"),
    ("NEXT", 1, "next coming upcoming naechst* kommend*"),
    ("NEXT", 2, "uebernaechst*"),
    ("THIS", 0, "this diese dieser diesen diesem dieses aktuellen laufenden current"),
    ("UNIT", "week", "week woche"),
    ("UNITS", "week", "weeks wochen"),
    ("UNIT", "fortnight", "fortnight"),
    ("UNITS", "fortnight", "fortnights"),
    ("UNIT", "month", "month monat monats monates"),
    ("UNITS", "month", "months monate monaten"),
    ("UNIT", "year", "year jahr jahres jahrs"),
    ("UNITS", "year", "years jahre jahren"),
    ("UNIT", "quarter", "quarter quartal quartals quartales"),
    ("UNITS", "quarter", "quarters quartale quartalen"),
    ("DAY", "day", "day tag tages"),
    ("DAYS", "day", "days tage tagen"),
    ("HOUR", "hour", "hour stunde"),
    ("HOURS", "hour", "hours stunden"),
    ("HOUR", "minute", "minute"),
    ("HOURS", "minute", "minutes minuten mins"),
    ("HALF_YEAR", 0, "halbjahr halbjahres halbjahrs"),
    ("HALF", 0, "half haelfte"),
    ("HALF", 1, "halbe halben halbes halber half_a"),
    ("WEEKEND", 0, "weekend wochenende wochenendes wochenends"),
    ("WEEKENDS", 0, "weekends wochenenden"),
    ("TODAY", 0, "today heute"),
    ("TODAY", -1, "yesterday gestern"),
    ("TODAY", -2, "the_day_before_yesterday day_before_yesterday vorgestern"),
    ("TODAY", -3, "vorvorgestern"),
    ("TODAY", 1, "tomorrow"),
    ("TODAY", 2, "the_day_after_tomorrow day_after_tomorrow uebermorgen"),
    ("MORGEN", 1, "morgen"),
    ("TONIGHT", "tonight", "tonight"),
    ("PART", "morning", "morning frueh morgens"),
    ("PART", "forenoon", "forenoon vormittag vormittags"),
    ("PART", "noon", "noon midday mittag mittags"),
    ("PART", "afternoon", "afternoon nachmittag nachmittags"),
    ("PART", "evening", "evening abend abends"),
    ("NIGHT", "night", "night nacht nachts"),
    ("ENGLISH_SEASON", "spring", "spring springtime"),
    ("ENGLISH_SEASON", "summer", "summer summers summertime"),
    ("ENGLISH_SEASON", "autumn", "autumn autumns"),
    ("ENGLISH_SEASON", "winter", "winters wintertime"),
    ("FALL", "autumn", "fall"),
    ("SEASON", "spring", "fruehling fruehjahr fruehlings fruehjahrs"),
    ("SEASON", "summer", "sommer sommers sommern"),
    ("SEASON", "autumn", "herbst herbsts herbstes"),
    ("SEASON", "winter", "winter wintern"),
    ("THIRD", (0, 0), "anfang beginn early beginning_of start_of the_beginning_of the_start_of zu_beginn"),
    ("THIRD", (1, 1), "mitte mid middle_of the_middle_of"),
    ("THIRD", (2, 2), "ende late end_of the_end_of"),
    ("THIRD", (1, 2), "mid-to-late"),
    ("THIRD", (0, 1), "early-to-mid"),
    ("IN", 0, "in im"),
    ("ON", 0, "on at am zu"),
    ("DURING", 0, "within during over throughout waehrend ueber"),
    ("AN", 1, "an"),
    ("ARTICLE", 1, "a ein eine einem einen einer eines nem ner"),
    ("OF", 0, "of"),
    ("FROM", 0, "from von vom"),
    ("THE", 0, "the der die das dem den des zum zur einschliesslich einschl including"),
    ("AND", 0, "and und or oder"),
    ("BETWEEN", 0, "between zwischen"),
    ("SINCE", 0, "since seit ab"),
    ("BEFORE", 0, "before"),
    ("VOR", 0, "vor"),
    ("AFTER", 0, "after nach"),
    ("UNTIL", 0, "until till bis"),
    ("BY", 0, "by"),
    ("TO", 0, "to through"),
    ("AGO", 0, "ago back"),
    ("HER", 0, "her"),
    ("AHEAD", 0, "from_now from_today"),
    ("ABOUT", 0, "about around roughly almost nearly ungefaehr etwa circa ca rund gut knapp fast genau exactly"),
    ("SHORTLY", 0, "shortly just right kurz"),
    ("EARLIER", 0, "earlier frueher"),
    ("LATER", 0, "later spaeter"),
    ("RECENTLY", 0, "recently lately of_late neulich kuerzlich zuletzt letztens juengst unlaengst neuerdings"),
    ("RECENTLY", 0, "vor_kurzem in_letzter_zeit these_days dieser_tage"),
    ("MANY", 0, "many vielen viele"),
    ("VAGUE", (2, 3), "a_couple_of couple_of a_couple couple"),
    ("VAGUE", (2, 5), "a_few few ein_paar paar einige einigen"),
    ("VAGUE", (3, 8), "several mehrere mehreren"),
    ("COUNT", 1.5, "anderthalb eineinhalb one_and_a_half"),
    ("COUNT", 2.5, "zweieinhalb two_and_a_half"),
    ("COUNT", 30, "thirty dreissig"),
    ("KW", 0, "kw kalenderwoche calendar_week"),
    ("ADVENT", 0, "advent adventssonntag"),
    ("DECADE", (1950,), "fuenfziger fuenfzigern fifties"),
    ("DECADE", (1960,), "sechziger sechzigern sixties"),
    ("DECADE", (1970,), "siebziger siebzigern seventies"),
    ("DECADE", (1980,), "achtziger achtzigern eighties"),
    ("DECADE", (1990,), "neunziger neunzigern nineties"),
)  # fmt: skip

_HOLIDAY_ROWS: tuple[tuple[str, str, str, str], ...] = (
    # the holiday, how its German words count alone, its German words, its English words (which count little alone:
    # "Christmas" may stand before anything, "Weihnachten" would be written together with it)
    ("new year", "firm", "neujahr neujahrstag", "new_year_day"),
    ("new year", "no", "", "new_year"),
    ("epiphany", "firm", "dreikoenig dreikoenigstag heilige_drei_koenige", ""),
    ("valentine", "firm", "valentinstag", "valentine_day valentines_day"),
    ("carnival", "no", "fasching karneval fastnacht", ""),
    ("carnival monday", "firm", "rosenmontag", ""),
    ("ash wednesday", "firm", "aschermittwoch", "ash_wednesday"),
    ("maundy thursday", "firm", "gruendonnerstag", "maundy_thursday"),
    ("good friday", "firm", "karfreitag", "good_friday"),
    ("easter saturday", "firm", "karsamstag ostersamstag", "easter_saturday"),
    ("easter sunday", "firm", "ostersonntag", "easter_sunday"),
    ("easter monday", "firm", "ostermontag", "easter_monday"),
    ("easter", "firm", "ostern", "easter"),
    ("labour day", "firm", "tag_der_arbeit maifeiertag", "may_day"),
    ("mother's day", "firm", "muttertag", "mother_day mothers_day"),
    ("ascension", "firm", "himmelfahrt christi_himmelfahrt vatertag", "ascension_day"),
    ("whit sunday", "firm", "pfingstsonntag", "whit_sunday"),
    ("whit monday", "firm", "pfingstmontag", "whit_monday"),
    ("pentecost", "firm", "pfingsten", "pentecost whitsun"),
    ("corpus christi", "firm", "fronleichnam", "corpus_christi"),
    ("independence day", "firm", "", "independence_day"),
    ("german unity", "firm", "tag_der_deutschen_einheit", "german_unity_day day_of_german_unity"),
    ("reformation", "firm", "reformationstag", "reformation_day"),
    ("halloween", "firm", "", "halloween"),
    ("all saints", "firm", "allerheiligen", "all_saint_day all_saints_day"),
    ("thanksgiving", "soft", "", "thanksgiving"),
    ("black friday", "soft", "", "black_friday"),
    ("st nicholas", "no", "nikolaus", ""),
    ("st nicholas", "firm", "nikolaustag", ""),
    ("advent", "no", "adventszeit", ""),
    ("christmas eve", "firm", "heiligabend heiliger_abend heiligen_abend", "christmas_eve"),
    ("christmas day", "firm", "erster_weihnachtstag ersten_weihnachtstag", "christmas_day"),
    ("boxing day", "firm", "zweiter_weihnachtstag zweiten_weihnachtstag", "boxing_day"),
    ("christmas days", "firm", "weihnachtsfeiertag weihnachtsfeiertage weihnachtsfeiertagen weihnachtstage", ""),
    ("christmas", "firm", "weihnachten weihnacht", "christmas xmas"),
    ("new year's eve", "firm", "silvester sylvester", "new_year_eve new_years_eve"),
    ("turn of the year", "firm", "jahreswechsel", "turn_of_the_year"),
)

_COMPOUNDS: dict[str, Meaning] = {
    "heuer": (("THIS", 0), ("UNIT", "year")),
    "jahresanfang": (("THIRD", (0, 0)), ("THE", 0), ("UNIT", "year")),
    "jahresbeginn": (("THIRD", (0, 0)), ("THE", 0), ("UNIT", "year")),
    "jahresmitte": (("THIRD", (1, 1)), ("THE", 0), ("UNIT", "year")),
    "jahresende": (("THIRD", (2, 2)), ("THE", 0), ("UNIT", "year")),
    "monatsanfang": (("THIRD", (0, 0)), ("THE", 0), ("UNIT", "month")),
    "monatsende": (("THIRD", (2, 2)), ("THE", 0), ("UNIT", "month")),
    "wochenanfang": (("THIRD", (0, 0)), ("THE", 0), ("UNIT", "week")),
    "wochenmitte": (("THIRD", (1, 1)), ("THE", 0), ("UNIT", "week")),
    "silvesterabend": (("HOLIDAY", ("new year's eve", "firm")), ("PART", "evening")),
    "silvesternacht": (("HOLIDAY", ("new year's eve", "firm")), ("NIGHT", "night")),
    "fruehsommer": (("THIRD", (0, 0)), ("SEASON", "summer")),
    "hochsommer": (("THIRD", (1, 1)), ("SEASON", "summer")),
    "spaetsommer": (("THIRD", (2, 2)), ("SEASON", "summer")),
    "spaetherbst": (("THIRD", (2, 2)), ("SEASON", "autumn")),
}

MEASURES = frozenset(
    "euro euros eur cent cents dollar dollars usd chf pfund pound pounds gbp franken bucks m km cm mm meter metern metre "
    "metres meters kilometer kilometern kilometre kilometers mile miles meile meilen qm kg g gramm gram grams kilo kilos "
    "tonne tonnen liter litre liters ml cl kw kwh watt kcal cal kalorien calories volt mb gb tb kb mhz ghz ps hp uhr "
    "prozent percent grad degrees".split()
)
"""What a number is measured in, if not in time."""

THINGS = frozenset(
    "times stueck steps schritte schritten words woerter zeichen people leute leuten personen persons menschen teilnehmer "
    "pieces points punkte punkten seiten pages kinder kids friends freunde followers".split()
)
"""What a number counts; a year only where it is a round one, as "2025" may stand before anything in German."""

LABELS = frozenset(
    "nr no nummer number zimmer room raum pin code plz seite page version ver release modell model id iso din windows "
    "kapitel chapter tel hausnummer gate gleis rechnungsnummer kundennummer vertragsnummer aktenzeichen paragraf paragraph "
    "python ios android macos node".split()
)
"""What a number names, if not a time."""

GERMAN = frozenset(
    "und oder der das den dem des ein eine einen ich er sie es du wir mein meine meinem meiner mir mich uns unser unsere "
    "ist nicht hat habe haben hatte hatten war waren wurde wird steht stehen kam gab ging wann wer wen wem wie wo warum "
    "wieviel welche welcher welches im vom zum zur mit fuer auf bei nach vor seit bis zwischen letzten letzte letztes "
    "gestern heute januar februar maerz mai juni juli oktober dezember woche wochen wochenende monat jahr sommer herbst "
    "anfang mitte ende montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)
ENGLISH = frozenset(
    "and the i we is what when who how where did does do were of on with my me us our to from for at last this next it she "
    "he they you have has had been which whose why or january february march may june july october december week weeks "
    "month year summer spring autumn early late ago yesterday today since until between before after by".split()
)
"""Words that tell the two languages apart; "was", "die", "in", "am" and their like are words of both."""

PAST_CUES = frozenset(
    "did were had been went came got happened gab war waren hatte hatten hattest wurde wurden ging kam passiert gewesen "
    "passierte geschah wollte wollten sollte sollten musste mussten konnte konnten durfte durften".split()
)
"""These say that a sentence looks back; so do "was", in English, and a verb in the perfect tense."""
FUTURE_CUES = frozenset(
    "will shall gonna coming going doing arriving leaving flying visiting werde wirst werdet ansteht anstehen vorhabe "
    "vorhaben spaetestens kommt kommst kommen dauert mache machst machen fahre faehrt fahren fliege fliegt fliegen treffe "
    "trifft treffen feiert feiern findet beginnt startet".split()
)
"""Without a word of the past, these say that a time is still to come."""


def _spellings(words: str) -> Iterator[str]:
    for word in words.split():
        yield from (word[:-1] + ending for ending in _ENDINGS) if word.endswith("*") else (word,)


def _calendar_words() -> Iterator[tuple[str, Meaning]]:
    for number, names in enumerate(zip(_MONTHS_DE, _MONTHS_EN, _MONTHS_SHORT, strict=True), 1):
        for name in dict.fromkeys(names[:2]):
            yield name, (("MODAL_MONTH" if name in {"may", "march"} else "MONTH", number),)
        yield from ((name, (("MONTH_SHORT", number),)) for name in names[2].split())
        yield names[0] + "woche", (("UNIT", "week"), ("IN", 0), ("MONTH", number))
    for number, pair in enumerate(zip(_WEEKDAYS_DE, _WEEKDAYS_EN, strict=True)):
        for name in (*pair, "sonnabend") if number == _SATURDAY else pair:
            yield name, (("WEEKDAY", number),)
            yield name + "s", (("WEEKDAYS", number),)
        for ending, part in _PARTS_DE.items():
            yield pair[0] + ending, (("WEEKDAY", number), ("NIGHT" if part == "night" else "PART", part))
    yield from ((name.lower(), (("WEEKDAY_SHORT", number),)) for name, number in WEEKDAYS_SHORT.items())


def _all_words() -> Iterator[tuple[str, Meaning]]:
    for kind, value, words in _ROWS:
        yield from ((word, ((kind, value),)) for word in _spellings(words))
    for number, words in enumerate(_COUNTS, 1):
        yield from ((word, (("COUNT", number),)) for word in words.split())
    for number, words in enumerate(_ORDINALS, 1):
        yield from ((word, (("ORDINAL", number),)) for word in _spellings(words))
    yield from _calendar_words()
    for holiday, alone, german, english in _HOLIDAY_ROWS:
        yield from ((word, (("HOLIDAY", (holiday, alone)),)) for word in german.split())
        yield from ((word, (("HOLIDAY", (holiday, "no" if alone == "no" else "soft")),)) for word in english.split())
    yield from _COMPOUNDS.items()


WORDS: dict[str, Meaning] = {word: meaning for word, meaning in _all_words() if "_" not in word}
PHRASES: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
"""By their first word, the longest first."""
for _phrase, _meaning in sorted(_all_words(), key=lambda row: -row[0].count("_")):
    if "_" in _phrase:
        PHRASES.setdefault(_phrase.split("_")[0], []).append((tuple(_phrase.split("_")), _meaning))
GERMAN_MONTHS = frozenset(_MONTHS_DE) - frozenset(_MONTHS_EN)
