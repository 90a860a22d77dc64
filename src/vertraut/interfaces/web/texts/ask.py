"""What the start page says: the field, answers, evidence, conversations."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "ask.title": ("What would you like to know?", "Was möchtest du wissen?"),
    "ask.field": ("Your question", "Deine Frage"),
    "ask.hint": ("Ask your memory …", "Frag dein Gedächtnis …"),
    "ask.go_on": ("Ask on …", "Frag weiter …"),
    "ask.send": ("Ask", "Fragen"),
    "ask.stop": ("Stop", "Anhalten"),
    "ask.off": ("Off the record", "Unter uns"),
    "ask.off_not": (
        "What you ask and the answer are remembered as a conversation.",
        "Was du fragst und die Antwort werden als Gespräch behalten.",
    ),
    "ask.off_is": (
        "Nothing of this is remembered. It is gone when you leave the page.",
        "Nichts davon wird behalten. Mit der Seite ist es weg.",
    ),
    "ask.off_outside": (
        "Your language model outside still gets it, and the page Privacy lists what was sent.",
        "Dein Sprachmodell außerhalb bekommt es trotzdem, und die Seite Privatsphäre führt auf, was gesendet wurde.",
    ),
    "ask.off_turn": (
        "Off the record: not remembered. What you ask on the record does not take it along.",
        "Unter uns: wird nicht behalten. Was du danach zum Behalten fragst, nimmt es nicht mit.",
    ),
    "ask.looking": ("Looking in your memory …", "Sieht in deinem Gedächtnis nach …"),
    "ask.found": ("Found {entries}. Reading …", "{entries} gefunden. Liest …"),
    "ask.unreached": ("Vertraut did not get this question.", "Diese Frage ist nicht bei Vertraut angekommen."),
    "ask.stopped": ("Stopped. Nothing of this turn is remembered.", "Angehalten. Nichts davon wird behalten."),
    "ask.lost": (
        "The connection was lost before the answer was complete.",
        "Die Verbindung riss ab, bevor die Antwort fertig war.",
    ),
    "ask.again": ("Try again", "Noch einmal versuchen"),
    "ask.by_model": ("Answered by {model}", "Geantwortet hat {model}"),
    "ask.by_quotes": ("In the words of your memory", "In den Worten deines Gedächtnisses"),
    "ask.no_model": (
        "Vertraut quotes what it finds. With a language model it answers in whole sentences, with the same evidence:",
        "Vertraut zitiert, was es findet. Mit einem Sprachmodell antwortet es in ganzen Sätzen, mit denselben Belegen:",
    ),
    "ask.no_model_how": (
        "adds one, also one that runs on this machine.",
        "fügt eines hinzu, auch eines auf diesem Rechner.",
    ),
    "ask.model_later": (
        "A language model is set up. Vertraut answers with it after a restart.",
        "Ein Sprachmodell ist eingerichtet. Nach einem Neustart antwortet Vertraut damit.",
    ),
    "ask.left_out_one": (
        "Answered without one entry that you did not want for this question.",
        "Beantwortet ohne einen Eintrag, den du bei dieser Frage nicht wolltest.",
    ),
    "ask.left_out": (
        "Answered without {entries} that you did not want for this question.",
        "Beantwortet ohne {entries}, die du bei dieser Frage nicht wolltest.",
    ),
    "ask.forget_asked": (
        "Nothing is forgotten yet. You can look at what would go and confirm it.",
        "Noch ist nichts vergessen. Du kannst ansehen, was verschwindet, und es bestätigen.",
    ),
    "ask.forget_go": ("Look and confirm", "Ansehen und bestätigen"),
    "ask.to_privacy": ("To Privacy", "Zur Privatsphäre"),
    "ask.sources": ("Evidence", "Belege"),
    "ask.evidence": ("Evidence {number}", "Beleg {number}"),
    "ask.evidence_plain": ("Evidence", "Beleg"),
    "ask.disputed": ("You said this is wrong", "Du hast gesagt, das stimmt nicht"),
    "ask.in_thread": ("in {thread}", "in {thread}"),
    "ask.entry": ("Open in Life", "In Leben öffnen"),
    "ask.why": ("Why this?", "Warum das?"),
    "ask.why_title": ("Found by", "Gefunden durch"),
    "ask.why_listed": ("your filters, the newest first", "deine Filter, das Neueste zuerst"),
    "ask.why_repeat": ("it says the same as something found", "sagt dasselbe wie etwas Gefundenes"),
    "ask.why_near": ("it stands right beside something found, in its thread", "steht im Verlauf gleich neben Gefundenem"),
    "ask.why_gone": (
        "asked again now, it is no longer among the nearest",
        "jetzt noch einmal gefragt, gehört es nicht mehr zum Nächsten",
    ),
    "ask.not_this": ("Not this", "Das nicht"),
    "ask.wrong": ("That is wrong", "Das stimmt nicht"),
    "ask.not_this_done": (
        "Left out whenever you ask exactly this again.",
        "Bleibt draußen, wenn du genau das wieder fragst.",
    ),
    "ask.not_this_here": (
        "Off the record, this is not noted: it can only be left out now.",
        "Unter uns wird das nicht vermerkt: Es kann nur jetzt draußen bleiben.",
    ),
    "ask.without": ("Answer without it", "Ohne das antworten"),
    "ask.undo": ("Undo", "Zurücknehmen"),
    "ask.wrong_done": (
        "Marked as wrong wherever it is shown as evidence.",
        "Als falsch markiert, wo immer es als Beleg erscheint.",
    ),
    "ask.right": ("What is right?", "Was stimmt?"),
    "ask.right_save": ("Remember this", "Das merken"),
    "ask.right_done": ("Remembered as a note.", "Als Notiz gemerkt."),
    "ask.right_show": ("Show it", "Ansehen"),
    "ask.forget": ("Forget the entry", "Eintrag vergessen"),
    "ask.subjects": ("For example", "Zum Beispiel"),
    "ask.about_coming": ("When is “{title}”?", "Wann ist „{title}“?"),
    "ask.about_past": ("When was “{title}”?", "Wann war „{title}“?"),
    "ask.about_mail": ("What does the mail “{title}” say?", "Was steht in der E-Mail „{title}“?"),
    "ask.about_note": ("What did I note about “{title}”?", "Was habe ich zu „{title}“ notiert?"),
    "ask.talks": ("Conversations", "Gespräche"),
    "ask.talks_more": ("Earlier ones", "Frühere"),
    "ask.untitled": ("Without a question", "Ohne Frage"),
    "ask.new": ("New conversation", "Neues Gespräch"),
    "ask.delete": ("Forget this conversation", "Gespräch vergessen"),
    "ask.talk_gone": ("This conversation is not here any more.", "Dieses Gespräch gibt es nicht mehr."),
    "ask.earlier": ("Show earlier turns", "Frühere Fragen zeigen"),
    "ask.question_gone": ("This question was forgotten.", "Diese Frage wurde vergessen."),
    "ask.answer_gone": ("This answer was forgotten, or never finished.", "Diese Antwort wurde vergessen oder nie fertig."),
    "ask.empty": ("Your memory is still empty", "Dein Gedächtnis ist noch leer"),
    "ask.empty_how": (
        "Bring in a chat, your mail, a calendar or notes, and ask a minute later. It stays on this machine.",
        "Hol einen Chat, E-Mails, einen Kalender oder Notizen herein und frag eine Minute später. Es bleibt alles hier.",
    ),
    "ask.empty_go": ("Bring something in", "Etwas hereinholen"),
}
