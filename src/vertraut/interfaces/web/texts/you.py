"""What the page of You says."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "you.title": ("You", "Du"),
    "you.greeting": ("You are {name}", "Du bist {name}"),
    "you.lead": (
        "How Vertraut speaks to you. Change any of the underlined words; each change counts at once.",
        "So spricht Vertraut mit dir. Ändere die unterstrichenen Worte; jede Änderung gilt sofort.",
    ),
    "you.portrait": ("How Vertraut speaks to you", "Wie Vertraut mit dir spricht"),
    "you.sounds": ("That sounds like this", "Das klingt dann so"),
    "you.question": ("When is my dentist appointment?", "Wann ist mein Zahnarzttermin?"),
    "you.says.name": ("Vertraut calls you", "Vertraut nennt dich"),
    "you.says.language": ("It answers", "Es antwortet"),
    "you.says.length": ("and does so", "und zwar"),
    "you.says.tone": ("and", "und"),
    "you.says.address": ("In German it says", "Auf Deutsch sagt es"),
    "you.says.country": (
        "In an emergency, it names those who help in",
        "Im Notfall nennt es dir, wer hilft in",
    ),
    "you.trait.name": ("Your name", "Dein Name"),
    "you.trait.language": ("Language of answers", "Sprache der Antworten"),
    "you.trait.length": ("Length of answers", "Länge der Antworten"),
    "you.trait.tone": ("Tone", "Ton"),
    "you.trait.address": ("Form of address in German", "Anrede"),
    "you.trait.country": ("Your country", "Dein Land"),
    "you.no_name": ("by no name", "bei keinem Namen"),
    "you.language.open": ("in your language", "in deiner Sprache"),
    "you.language.de": ("in German", "auf Deutsch"),
    "you.language.en": ("in English", "auf Englisch"),
    "you.length.short": ("in a sentence or two", "in ein, zwei Sätzen"),
    "you.length.normal": ("in a few sentences", "in wenigen Sätzen"),
    "you.length.long": ("in detail", "ausführlich"),
    "you.tone.warm": ("warmly", "herzlich"),
    "you.tone.plain": ("matter-of-factly", "sachlich"),
    "you.tone.brisk": ("briskly", "knapp"),
    "you.address.open": ("du or Sie, as you do", "du oder Sie, so wie du"),
    "you.address.du": ("du", "du"),
    "you.address.sie": ("Sie", "Sie"),
    "you.changed": ("Set by you", "Von dir gesetzt"),
    "you.back": ("{trait}: back to what is suggested", "{trait}: zurück zum Vorschlag"),
    "you.saved": ("Saved.", "Gespeichert."),
    "you.not_saved": ("Not saved.", "Nicht gespeichert."),
    "you.bad_name": (
        "A name has letters, spaces, hyphens, dots and apostrophes, at most 60 characters.",
        "Ein Name hat Buchstaben, Leerzeichen, Bindestriche, Punkte und Apostrophe, höchstens 60 Zeichen.",
    ),
    "you.example.warm.short": (
        "Gladly{called}: {your} dentist appointment is on Thursday at 9:00.",
        "Gern{called}: {your} Zahnarzttermin ist am Donnerstag um 9 Uhr.",
    ),
    "you.example.warm.normal": (
        "Gladly{called}: {your} dentist appointment is on Thursday at 9:00. It is the check-up that was moved in May.",
        "Gern{called}: {your} Zahnarzttermin ist am Donnerstag um 9 Uhr. Es ist die Kontrolle, die im Mai verschoben wurde.",
    ),
    "you.example.warm.long": (
        (
            "Gladly{called}: {your} dentist appointment is on Thursday at 9:00. It is the check-up that was moved in May. "
            "The practice asks {you} to bring the old X-rays; before that, {your} last visit was in November. Two mails and "
            "{your} calendar say so."
        ),
        (
            "Gern{called}: {your} Zahnarzttermin ist am Donnerstag um 9 Uhr. Es ist die Kontrolle, die im Mai verschoben "
            "wurde. Die Praxis bittet {you}, die alten Röntgenbilder mitzubringen; davor war {your} letzter Besuch im "
            "November. Das steht in zwei E-Mails und im Kalender."
        ),
    ),
    "you.example.plain.short": (
        "{Your} dentist appointment is on Thursday at 9:00.",
        "{Your} Zahnarzttermin ist am Donnerstag um 9 Uhr.",
    ),
    "you.example.plain.normal": (
        "{Your} dentist appointment is on Thursday at 9:00. It is the check-up that was moved in May.",
        "{Your} Zahnarzttermin ist am Donnerstag um 9 Uhr. Es ist die Kontrolle, die im Mai verschoben wurde.",
    ),
    "you.example.plain.long": (
        (
            "{Your} dentist appointment is on Thursday at 9:00. It is the check-up that was moved in May. The practice asks "
            "{you} to bring the old X-rays; the visit before was in November. Two mails and the calendar say so."
        ),
        (
            "{Your} Zahnarzttermin ist am Donnerstag um 9 Uhr. Es ist die Kontrolle, die im Mai verschoben wurde. Die "
            "Praxis bittet {you}, die alten Röntgenbilder mitzubringen; der Besuch davor war im November. Das steht in zwei "
            "E-Mails und im Kalender."
        ),
    ),
    "you.example.brisk.short": ("Thursday, 9:00.", "Donnerstag, 9 Uhr."),
    "you.example.brisk.normal": (
        "Thursday, 9:00: the check-up moved in May.",
        "Donnerstag, 9 Uhr: die im Mai verschobene Kontrolle.",
    ),
    "you.example.brisk.long": (
        (
            "Thursday, 9:00: the check-up moved in May. Bring the old X-rays. Last visit: November. Two mails and "
            "the calendar say so."
        ),
        (
            "Donnerstag, 9 Uhr: die im Mai verschobene Kontrolle. Alte Röntgenbilder mitbringen. Letzter Besuch: November. "
            "So steht es in zwei E-Mails und im Kalender."
        ),
    ),
    "you.memory": ("What it remembers", "Woran es sich erinnert"),
    "you.memory_sum": (
        "{entries}, {threads}, from {first} to {last}.",
        "{entries}, {threads}, vom {first} bis zum {last}.",
    ),
    "you.memory_empty": (
        "Nothing yet. What you bring in, and what you say, appears here.",
        "Noch an nichts. Was du hereinholst und was du sagst, erscheint hier.",
    ),
    "you.bring": ("Bring something in", "Etwas hereinholen"),
    "you.by_kind": ("What", "Was"),
    "you.by_source": ("Where from", "Woher"),
    "you.by_year": ("When", "Wann"),
    "you.earlier": ("before {year}", "vor {year}"),
    "you.languages": ("Spoken and written in:", "Gesprochen und geschrieben auf:"),
    "you.settings": ("Settings", "Einstellungen"),
    "you.zone": ("Time zone", "Zeitzone"),
    "you.zone_hint": ("All times are told in it; now it is {time}.", "Alle Zeiten gelten in ihr; jetzt ist es {time}."),
    "you.pages": ("Language of these pages", "Sprache dieser Seiten"),
    "you.pages_set": ("English, as it is set", "Deutsch, so ist es eingestellt"),
    "you.pages_browser": ("English, as your browser asks for", "Deutsch, so wünscht es dein Browser"),
    "you.how": (
        "To change them, write these lines into this file on the machine where Vertraut runs, and start it again.",
        "Um sie zu ändern, schreib diese Zeilen in diese Datei auf dem Rechner, auf dem Vertraut läuft, und starte es neu.",
    ),
    "you.browser": ("This browser", "Dieser Browser"),
    "you.devices": ("All devices", "Alle Geräte"),
    "you.file": ("Settings file", "Datei der Einstellungen"),
}
