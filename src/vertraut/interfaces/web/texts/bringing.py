"""What the page of Bring in says."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "bring.title": ("Bring in", "Hereinholen"),
    "bring.lead": (
        "Chats, mail, calendars and notes become memory: searchable at once, encrypted, on this machine only.",
        "Aus Chats, E-Mails, Kalendern und Notizen wird Gedächtnis: sofort durchsuchbar, verschlüsselt, nur hier.",
    ),
    # dropping and sending
    "bring.drop": ("Drop files or folders here", "Dateien oder Ordner hier ablegen"),
    "bring.drop_how": (
        "Exports as they come, ZIP archives too. The format is recognised by itself.",
        "Exporte, wie sie kommen, auch ZIP-Archive. Das Format wird von selbst erkannt.",
    ),
    "bring.choose_files": ("Choose files", "Dateien wählen"),
    "bring.choose_folder": ("Choose a folder", "Ordner wählen"),
    "bring.sending": ("Sending", "Wird übertragen"),
    "bring.looking": ("Looking at {count} files …", "{count} Dateien werden angesehen …"),
    "bring.sent": ("{done} of {total}", "{done} von {total}"),
    "bring.sent_rate": ("{done} of {total}, {rate} a second", "{done} von {total}, {rate} in der Sekunde"),
    "bring.keep_open": (
        "Keep this page open until everything is there. After an interruption it goes on where it stopped.",
        "Lass diese Seite offen, bis alles da ist. Nach einer Unterbrechung geht es dort weiter, wo es aufhörte.",
    ),
    "bring.lost": (
        "The connection is gone. It goes on as soon as it is back.",
        "Die Verbindung ist weg. Es geht weiter, sobald sie wieder da ist.",
    ),
    "bring.nothing": ("There is no file in it.", "Darin ist keine Datei."),
    "bring.pause": ("Pause", "Anhalten"),
    "bring.arrived": ("Everything has arrived.", "Alles ist angekommen."),
    # deliveries
    "bring.now": ("What is being brought in", "Was gerade hereinkommt"),
    "bring.brought": ("Brought in", "Hereingeholt"),
    "bring.and_more": ("and {count} more", "und {count} weitere"),
    "bring.household_name": ("The sample household", "Der Beispielhaushalt"),
    "bring.received": ("{received} of {wanted} are here.", "{received} von {wanted} sind da."),
    "bring.choose_again": (
        "To go on, drop or choose the same files once more: only what is missing is sent.",
        "Leg oder wähl zum Weitermachen dieselben Dateien noch einmal: Nur was fehlt, wird übertragen.",
    ),
    "bring.take": ("Take in what is here", "Übernehmen, was da ist"),
    "bring.give_up": ("Give up", "Verwerfen"),
    "bring.waits": ("Waits for its turn.", "Wartet, bis es dran ist."),
    "bring.begins": ("Being looked through …", "Wird durchgesehen …"),
    "bring.reading": ("{done} of {total}", "{done} von {total}"),
    "bring.read_so_far": ("{entries} read, {new} of them new", "{entries} gelesen, davon {new} neu"),
    "bring.rate": ("{rate} entries a second", "{rate} Einträge in der Sekunde"),
    "bring.stop": ("Stop", "Stoppen"),
    "bring.stops": ("Stopping …", "Wird gestoppt …"),
    "bring.stopped": ("Stopped.", "Gestoppt."),
    "bring.stays": ("{entries} were taken in, and they stay.", "{entries} sind übernommen und bleiben."),
    "bring.go_on": ("Go on", "Weitermachen"),
    "bring.again": ("Try again", "Noch einmal versuchen"),
    "bring.remove_files": ("Remove the files", "Dateien entfernen"),
    "bring.put_away_all": ("Nothing is left to do here.", "Hier ist nichts mehr zu tun."),
    "bring.put_away": ("Put the report away", "Bericht weglegen"),
    "bring.vectors": ("Findable by meaning: {done} of {entries}", "Nach Bedeutung auffindbar: {done} von {entries}"),
    "bring.vectors_why": (
        "Findable by words already; by meaning in a while. You need not wait.",
        "Nach Wörtern schon auffindbar, nach Bedeutung nach und nach. Du musst nicht warten.",
    ),
    "bring.all_found": (
        "{entries} in memory, findable by words and by meaning.",
        "{entries} im Gedächtnis, nach Wörtern und nach Bedeutung auffindbar.",
    ),
    # the report
    "bring.remembered": ("Remembered: {new}", "Gemerkt: {new}"),
    "bring.nothing_new": ("Nothing new: everything here is known already.", "Nichts Neues: Alles hier ist schon bekannt."),
    "bring.nothing_read": ("No entries were found.", "Es wurden keine Einträge gefunden."),
    "bring.taken_before": (
        "{entries} of it were taken in before an interruption; here they count as known.",
        "{entries} davon wurden vor einer Unterbrechung übernommen; hier zählen sie als bekannt.",
    ),
    "bring.were_forgotten": (
        "{entries} were forgotten before and stay so.",
        "{entries} waren schon vergessen und bleiben es.",
    ),
    "bring.count_read": ("read", "gelesen"),
    "bring.count_new": ("new", "neu"),
    "bring.count_known": ("known", "bekannt"),
    "bring.count_forgotten": ("forgotten", "vergessen"),
    "bring.count_skipped": ("skipped", "übergangen"),
    "bring.together": ("Together", "Zusammen"),
    "bring.source_chatgpt": ("ChatGPT", "ChatGPT"),
    "bring.source_mail": ("Mail", "E-Mail"),
    "bring.source_ics": ("Calendar", "Kalender"),
    "bring.source_markdown": ("Notes", "Notizen"),
    "bring.source_jsonl": ("JSON Lines", "JSON Lines"),
    "bring.source_vertraut": ("Vertraut", "Vertraut"),
    "bring.source_unknown": ("not recognised", "nicht erkannt"),
    "bring.problems": ("Not taken in as it stands: {files}", "Nicht so übernommen, wie es dasteht: {files}"),
    "bring.kept": ("kept all the same", "trotzdem behalten"),
    "bring.more_files": ("… and {files} more with problems", "… und {files} mehr mit Problemen"),
    # writing down
    "bring.write": ("Write something down", "Etwas aufschreiben"),
    "bring.write_what": ("What should be remembered?", "Was soll gemerkt werden?"),
    "bring.write_how": (
        "A thought, a promise, where the spare key is. It is remembered with today’s date.",
        "Ein Gedanke, ein Versprechen, wo der Ersatzschlüssel liegt. Es wird mit dem heutigen Datum gemerkt.",
    ),
    "bring.remember": ("Remember", "Merken"),
    "bring.written": ("Remembered.", "Gemerkt."),
    "bring.see_it": ("See the entry", "Eintrag ansehen"),
    # the sample household
    "bring.household": ("Look around first", "Erst einmal umsehen"),
    "bring.household_what": (
        (
            "A year of an invented family: chats, mail, appointments and notes in German and English, to try everything on. "
            "It can be forgotten again with one click, without a trace in your own memory."
        ),
        (
            "Ein Jahr einer erfundenen Familie: Chats, E-Mails, Termine und Notizen auf Deutsch und Englisch, um alles "
            "auszuprobieren. Mit einem Klick ist sie wieder vergessen, ohne Spur in deinem eigenen Gedächtnis."
        ),
    ),
    "bring.household_take": ("Take the sample household in", "Beispielhaushalt übernehmen"),
    "bring.household_here": ("The sample household is in this memory", "Der Beispielhaushalt ist in diesem Gedächtnis"),
    "bring.household_mixed": (
        "These people are invented. Answers may rest on them, until you forget them.",
        "Diese Menschen sind erfunden. Antworten können sich auf sie stützen, bis du sie vergisst.",
    ),
    "bring.household_forget": ("Forget the sample household …", "Beispielhaushalt vergessen …"),
    "bring.household_sure": (
        "{entries} of the sample household go for ever. Everything of your own stays.",
        "{entries} des Beispielhaushalts gehen für immer. Alles Eigene bleibt.",
    ),
    "bring.household_yes": ("Forget it", "Vergessen"),
    "bring.household_no": ("Keep it", "Behalten"),
    "bring.household_gone": (
        "The sample household is forgotten: {entries}.",
        "Der Beispielhaushalt ist vergessen: {entries}.",
    ),
    # first steps
    "bring.steps": ("Three steps to your first answer", "In drei Schritten zur ersten Antwort"),
    "bring.step": ("Step {number}", "Schritt {number}"),
    "bring.step_done": ("done", "erledigt"),
    "bring.step_bring": ("Bring something in", "Etwas hereinholen"),
    "bring.step_bring_how": (
        "Your chats, mail, calendars or notes, as files or folders.",
        "Deine Chats, E-Mails, Kalender oder Notizen, als Dateien oder Ordner.",
    ),
    "bring.to_drop": ("Choose files", "Dateien wählen"),
    "bring.to_help": ("How do I get mine?", "Wie komme ich an meine?"),
    "bring.to_household": ("Try it with an invented family", "Mit einer erfundenen Familie ausprobieren"),
    "bring.to_life": ("See it in Life", "In Leben ansehen"),
    "bring.step_bring_done": ("Your memory is no longer empty.", "Dein Gedächtnis ist nicht mehr leer."),
    "bring.step_who": ("Decide who answers", "Entscheiden, wer antwortet"),
    "bring.step_who_quotes": (
        "Vertraut answers with your own words, quoted: nothing else is needed, and nothing leaves this machine.",
        "Vertraut antwortet mit deinen eigenen Worten als Zitat: Mehr braucht es nicht, und nichts verlässt diesen Rechner.",
    ),
    "bring.step_who_done": ("Answers are quotes from your memory.", "Antworten sind Zitate aus deinem Gedächtnis."),
    "bring.step_who_models": ("Language models that answer:", "Sprachmodelle, die antworten:"),
    "bring.inside": ("on this machine", "auf diesem Rechner"),
    "bring.outside": ("outside, only what you agree to", "außerhalb, nur mit deiner Einwilligung"),
    "bring.quotes_fine": ("Quotes are fine", "Zitate genügen"),
    "bring.model_how": ("Add a language model", "Ein Sprachmodell hinzufügen"),
    "bring.model_inside": (
        "Best inside this machine: one that Ollama runs, or a file.",
        "Am besten auf diesem Rechner: eines, das Ollama ausführt, oder eine Datei.",
    ),
    "bring.model_outside": (
        "Outside, after your consent; secrets are taken out first:",
        "Außerhalb, nach deiner Einwilligung; Geheimnisse werden vorher entfernt:",
    ),
    "bring.model_restart": (
        "Run one of these where Vertraut runs, then start Vertraut again.",
        "Führ einen davon dort aus, wo Vertraut läuft, und starte Vertraut dann neu.",
    ),
    "bring.step_ask": ("Ask your first question", "Die erste Frage stellen"),
    "bring.step_ask_later": (
        "As soon as something is here, questions about it stand here.",
        "Sobald etwas da ist, stehen hier Fragen dazu.",
    ),
    "bring.step_ask_done": ("You have asked. Go on as you like.", "Du hast gefragt. Nur weiter."),
    "bring.step_ask_how": ("Made from what you brought in:", "Aus dem, was du hereingeholt hast:"),
    "bring.step_ask_free": ("Ask something of your own", "Etwas Eigenes fragen"),
    "bring.leave": ("Leave these steps", "Schritte ausblenden"),
    "bring.show_steps": ("Show the first steps", "Erste Schritte zeigen"),
    "bring.ask_event": ("When is “{name}”?", "Wann ist „{name}“?"),
    "bring.ask_mail": ("What was written about “{name}”?", "Was wurde zu „{name}“ geschrieben?"),
    "bring.ask_note": ("What did I note about “{name}”?", "Was habe ich zu „{name}“ notiert?"),
    "bring.ask_chat": ("What was “{name}” about?", "Worum ging es bei „{name}“?"),
    "bring.ask_message": ("What did {name} write?", "Was hat {name} geschrieben?"),
    # what is understood
    "bring.help": ("What can be brought in, and how to get it", "Was sich hereinholen lässt, und wie man daran kommt"),
    "bring.help_chatgpt": ("ChatGPT", "ChatGPT"),
    "bring.help_chatgpt_how": (
        "In ChatGPT: Settings → Data controls → Export data. A mail brings a link to a ZIP archive; drop it as it is.",
        (
            "In ChatGPT: Einstellungen → Datenkontrollen → Daten exportieren. Eine E-Mail bringt den Link zu einem "
            "ZIP-Archiv; leg es so ab, wie es ist."
        ),
    ),
    "bring.help_gmail": ("Mail from Google", "E-Mail von Google"),
    "bring.help_gmail_how": (
        "On takeout.google.com choose only Mail, with .zip as the file type. Drop the ZIP archives as they come.",
        "Wähl auf takeout.google.com nur Gmail, als Dateityp .zip. Leg die ZIP-Archive so ab, wie sie kommen.",
    ),
    "bring.help_thunderbird": ("Mail from Thunderbird", "E-Mail aus Thunderbird"),
    "bring.help_thunderbird_how": (
        (
            "In Thunderbird: Help → Troubleshooting Information → Profile Folder. The folders Mail and ImapMail in it hold "
            "what is kept on this computer; drop them. Files in them that are no mail are named in the report."
        ),
        (
            "In Thunderbird: Hilfe → Informationen zur Fehlerbehebung → Profilordner. Die Ordner Mail und ImapMail darin "
            "enthalten, was auf diesem Computer liegt; leg beide ab. Was darin keine E-Mail ist, nennt der Bericht."
        ),
    ),
    "bring.help_mail": ("Mail from elsewhere", "E-Mail von anderswo"),
    "bring.help_mail_how": (
        "Mailboxes (mbox), single mails (.eml) and Maildir folders. Apple Mail writes them with Mailbox → Export Mailbox.",
        (
            "Postfächer (mbox), einzelne E-Mails (.eml) und Maildir-Ordner. Apple Mail schreibt sie mit Postfach → Postfach "
            "exportieren."
        ),
    ),
    "bring.help_calendar": ("Calendars", "Kalender"),
    "bring.help_calendar_how": (
        (
            "iCalendar files (.ics). Google Calendar, on a computer: Settings → Import & export → Export; drop the ZIP "
            "archive. Apple Calendar on a Mac: File → Export → Export."
        ),
        (
            "iCalendar-Dateien (.ics). Google Kalender am Computer: Einstellungen → Importieren & exportieren → "
            "Exportieren; leg das ZIP-Archiv ab. Apple Kalender am Mac: Ablage → Exportieren → Exportieren."
        ),
    ),
    "bring.help_notes": ("Notes, also from Obsidian", "Notizen, auch aus Obsidian"),
    "bring.help_notes_how": (
        "Markdown files (.md). Of Obsidian drop the folder of the vault; tags, links and properties are kept.",
        "Markdown-Dateien (.md). Von Obsidian leg den Ordner des Vaults ab; Tags, Links und Eigenschaften bleiben.",
    ),
    "bring.help_jsonl": ("Anything else", "Alles andere"),
    "bring.help_jsonl_how": (
        "As JSON Lines (.jsonl), one entry a line with at least a text and a time:",
        "Als JSON Lines (.jsonl), ein Eintrag je Zeile mit mindestens Text und Zeit:",
    ),
    "bring.help_vertraut": ("Another Vertraut", "Ein anderes Vertraut"),
    "bring.help_vertraut_how": (
        "The folder that an export wrote; unpack it first where it is a ZIP archive. Its entries join what is here.",
        (
            "Der Ordner, den ein Export geschrieben hat; pack ein ZIP-Archiv davon vorher aus. Seine Einträge kommen zu "
            "dem dazu, was hier ist."
        ),
    ),
    "bring.help_not": (
        (
            "Bringing the same in twice changes nothing. Not read so far: chats of WhatsApp, Outlook’s .pst files, "
            "archives other than ZIP."
        ),
        (
            "Dasselbe zweimal hereinzuholen ändert nichts. Noch nicht gelesen werden Chats von WhatsApp, .pst-Dateien von "
            "Outlook und andere Archive als ZIP."
        ),
    ),
}
