"""What the page of Privacy and costs says."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "privacy.title": ("Privacy and costs", "Privatsphäre und Kosten"),
    "privacy.contents": ("On this page", "Auf dieser Seite"),
    "privacy.short.sent": ("What left", "Was hinausging"),
    "privacy.short.consents": ("Consents", "Erlaubnisse"),
    "privacy.short.devices": ("Devices", "Geräte"),
    "privacy.short.tokens": ("Programs", "Programme"),
    "privacy.short.costs": ("Costs", "Kosten"),
    "privacy.short.models": ("Models", "Modelle"),
    "privacy.short.vault": ("Soundness", "Unversehrtheit"),
    "privacy.short.copies": ("Backup and export", "Sichern und mitnehmen"),
    "privacy.short.keys": ("Key", "Schlüssel"),
    "privacy.long.sent": ("What left this machine", "Was diesen Rechner verlassen hat"),
    "privacy.long.consents": ("Who may get your words", "Wer Worte von dir bekommen darf"),
    "privacy.long.devices": ("Devices that are signed in", "Angemeldete Geräte"),
    "privacy.long.tokens": ("Programs that may come in", "Programme, die hineindürfen"),
    "privacy.long.costs": ("What language models cost", "Was Sprachmodelle kosten"),
    "privacy.long.models": ("Which models are asked", "Welche Modelle gefragt werden"),
    "privacy.long.vault": ("Whether everything is sound", "Ob alles unversehrt ist"),
    "privacy.long.copies": ("Backup and export", "Sichern und mitnehmen"),
    "privacy.long.keys": ("Where the key lies", "Wo der Schlüssel liegt"),
    "privacy.nothing_left": ("Nothing has left this machine.", "Nichts hat diesen Rechner verlassen."),
    "privacy.nothing_this_month": (
        "Nothing has left this machine this month. Before that: {before}.",
        "Diesen Monat hat nichts diesen Rechner verlassen. Davor: {before}.",
    ),
    "privacy.left": ("Left this machine this month: {what}.", "Diesen Monat hinausgegangen: {what}."),
    "privacy.to": ("{messages} to {provider}", "{messages} an {provider}"),
    "privacy.forgotten": (
        "Also left once, and forgotten since with what they quoted: {messages}.",
        "Früher außerdem hinausgegangen und seither mit dem Zitierten vergessen: {messages}.",
    ),
    "privacy.spent": ("Spent on language models this month: {dollars}.", "Diesen Monat für Sprachmodelle: {dollars}."),
    "privacy.left_for_you": ("{dollars} are left for you.", "{dollars} bleiben dir."),
    "privacy.let_in": ("Can come in: {devices} and {programs}.", "Hinein dürfen: {devices} und {programs}."),
    "privacy.device": ("{count} device", "{count} Gerät"),
    "privacy.devices": ("{count} devices", "{count} Geräte"),
    "privacy.program": ("{count} program", "{count} Programm"),
    "privacy.programs": ("{count} programs", "{count} Programme"),
    "privacy.never_checked": ("Not checked yet.", "Noch nicht geprüft."),
    "privacy.sound": ("Sound, checked on {when}.", "Unversehrt, geprüft am {when}."),
    "privacy.unsound": ("The check of {when} found something wrong.", "Die Prüfung vom {when} hat etwas Falsches gefunden."),
    "privacy.you": ("you", "dir"),
    "privacy.copy": ("Copy", "Kopieren"),
    "privacy.copied": ("Copied", "Kopiert"),
    "purpose.answer": ("answering you", "dir antworten"),
    "purpose.extract": ("gathering facts from entries", "Fakten aus Einträgen sammeln"),
    "purpose.title": ("naming conversations", "Gespräche benennen"),
    "purpose.check": ("checking answers", "Antworten prüfen"),
    "sent.about": (
        (
            "Words leave only for a language model outside, only where you allowed it, and only after they were noted "
            "here. Open a line to read every word that went."
        ),
        (
            "Worte gehen nur an ein Sprachmodell außerhalb, nur wo du es erlaubt hast, und erst, nachdem sie hier "
            "verzeichnet sind. Jede Zeile lässt sich öffnen und zeigt jedes Wort."
        ),
    ),
    "sent.filter": ("Which messages to show", "Welche Nachrichten gezeigt werden"),
    "sent.to": ("To", "An"),
    "sent.anybody": ("Anybody", "Alle"),
    "sent.since": ("From", "Von"),
    "sent.until": ("Until", "Bis"),
    "sent.show": ("Show", "Zeigen"),
    "sent.found": ("{messages}, shown are {first} to {last}", "{messages}, gezeigt werden {first} bis {last}"),
    "sent.none_fits": ("Nothing that left fits this.", "Nichts davon ist hinausgegangen."),
    "sent.nothing_noted": ("Nothing that left is noted any more.", "Nichts, was hinausging, ist noch verzeichnet."),
    "sent.for": ("for {purpose}", "Zweck: {purpose}"),
    "sent.characters": ("{count} characters", "{count} Zeichen"),
    "sent.from": ("from {entries}", "aus: {entries}"),
    "sent.from_none": ("from no entry", "aus keinem Eintrag"),
    "sent.model": ("Model:", "Modell:"),
    "sent.by": ("asked by", "gefragt von"),
    "sent.pages": ("More messages", "Weitere Nachrichten"),
    "sent.newer": ("Newer", "Neuere"),
    "sent.older": ("Older", "Ältere"),
    "sent.words": ("Every word that left", "Jedes Wort, das hinausging"),
    "sent.quoted": ("Entries that it quoted", "Zitierte Einträge"),
    "sent.entry": ("Entry {number}", "Eintrag {number}"),
    "sent.kept": (
        (
            "What quoted an entry that you forgot is gone from here, too. What a provider has received, Vertraut cannot "
            "take back."
        ),
        (
            "Was einen Eintrag zitierte, den du vergessen hast, ist auch hier fort. Was ein Anbieter bekommen hat, kann "
            "Vertraut nicht zurückholen."
        ),
    ),
    "sent.to_forget": ("Forget, and see receipts", "Vergessen, und Belege sehen"),
    "consents.about": (
        (
            "If you allow it, the messages of a conversation go there, with the entries that memory found for it. Never "
            "all of memory, never an attachment, never a secret that was recognised. Taking it back holds at once."
        ),
        (
            "Wenn du es erlaubst, gehen die Nachrichten eines Gesprächs dorthin, mit den Einträgen, die das Gedächtnis "
            "dazu fand. Nie das ganze Gedächtnis, nie ein Anhang, nie ein erkanntes Geheimnis. Zurückgenommen ist sofort "
            "zurückgenommen."
        ),
    ),
    "consents.pseudonyms_on": (
        "Names leave as pseudonyms (setting pseudonyms).",
        "Namen gehen als Pseudonyme hinaus (Einstellung pseudonyms).",
    ),
    "consents.pseudonyms_off": (
        "Names leave as they are (setting pseudonyms).",
        "Namen gehen so hinaus, wie sie sind (Einstellung pseudonyms).",
    ),
    "consents.models": ("Models there:", "Modelle dort:"),
    "consents.no_model": ("No model that is set up goes there.", "Kein eingerichtetes Modell geht dorthin."),
    "consents.undecided": ("not allowed", "nicht erlaubt"),
    "consents.yes": ("allowed since {when}, by {actor}", "erlaubt seit {when}, von {actor}"),
    "consents.no": ("refused since {when}, by {actor}", "verboten seit {when}, von {actor}"),
    "consents.grant": ("Allow", "Erlauben"),
    "consents.revoke": ("Take back", "Zurücknehmen"),
    "consents.grant_all": ("Allow everything", "Alles erlauben"),
    "consents.revoke_all": ("Take everything back", "Alles zurücknehmen"),
    "consents.everything": ("every purpose", "jeder Zweck"),
    "consents.granted": ("Allowed. It holds for {provider} from now on.", "Erlaubt. Für {provider} gilt das ab jetzt."),
    "consents.revoked": (
        "Taken back. {provider} gets nothing for this any more.",
        "Zurückgenommen. {provider} bekommt dafür nichts mehr.",
    ),
    "consents.nobody": (
        "No model outside this machine is set up, and nobody outside may get your words.",
        "Kein Modell außerhalb ist eingerichtet, und niemand außerhalb darf Worte von dir bekommen.",
    ),
    "devices.about": (
        "Each of these browsers can see everything. A device has to sign in anew after ninety days.",
        "Jeder dieser Browser sieht alles. Nach neunzig Tagen muss ein Gerät sich neu anmelden.",
    ),
    "devices.this": ("This device", "Dieses Gerät"),
    "devices.since": ("since {when} · until {ends}", "seit {when} · bis {ends}"),
    "devices.out": ("Signed out. That device sees nothing any more.", "Abgemeldet. Das Gerät sieht nichts mehr."),
    "devices.others": ("Sign out all others", "Alle anderen abmelden"),
    "devices.others_sure": ("Sign out every device but this one?", "Jedes Gerät außer diesem abmelden?"),
    "devices.others_out": ("All other devices are signed out.", "Alle anderen Geräte sind abgemeldet."),
    "devices.another": ("Sign in another device", "Ein weiteres Gerät anmelden"),
    "devices.link_title": ("Open this on the other device", "Öffne das auf dem anderen Gerät"),
    "devices.link_once": (
        "The link is good once, for {minutes} minutes. Whoever opens it sees everything.",
        "Der Link gilt einmal, {minutes} Minuten lang. Wer ihn öffnet, sieht alles.",
    ),
    "devices.link": ("Link", "Link"),
    "devices.code": ("The link, as a code for a camera", "Der Link als Code für eine Kamera"),
    "devices.here_only": (
        "This address is good for other browsers on this machine only.",
        "Diese Adresse taugt nur für andere Browser auf diesem Rechner.",
    ),
    "devices.not_secure": (
        "On the way to this address nothing is encrypted: use it only in a network that you trust.",
        "Auf dem Weg zu dieser Adresse ist nichts verschlüsselt: Verwende sie nur in einem Netz, dem du traust.",
    ),
    "devices.how": (
        "For a phone, put a proxy with TLS (Caddy, nginx) in front of Vertraut and name it in settings.toml:",
        "Für ein Telefon stell einen Proxy mit TLS (Caddy, nginx) vor Vertraut, und nenn ihn in settings.toml:",
    ),
    "devices.then": (
        "Start Vertraut anew, open this page by that name, and make the link there: then there is also a code to scan.",
        (
            "Starte Vertraut neu, öffne diese Seite unter dem Namen und mach den Link dort: Dann gibt es auch einen "
            "Code zum Abfotografieren."
        ),
    ),
    "tokens.about": (
        "A program comes in with a token of its own: it can do what you tick, and nothing else.",
        "Ein Programm kommt mit einem eigenen Zugang hinein: Es kann, was du ankreuzt, und sonst nichts.",
    ),
    "tokens.none": ("No program may come in.", "Kein Programm darf hinein."),
    "tokens.made_on": ("made on {when}", "angelegt am {when}"),
    "tokens.never_ends": ("never ends", "endet nie"),
    "tokens.ends": ("ends on {day}", "endet am {day}"),
    "tokens.ended": ("ended on {day}", "endete am {day}"),
    "tokens.over": ("Ended", "Abgelaufen"),
    "tokens.make": ("New token for a program", "Neuer Zugang für ein Programm"),
    "tokens.name": ("Name", "Name"),
    "tokens.name_hint": (
        "Letters, digits, '.', '_' or '-', up to 64. It stands in accounts and logs.",
        "Buchstaben, Ziffern, '.', '_' oder '-', bis zu 64. Er steht in Abrechnungen und Protokollen.",
    ),
    "tokens.may": ("It may", "Es darf"),
    "tokens.life": ("It ends", "Es endet"),
    "tokens.life.30": ("in 30 days", "in 30 Tagen"),
    "tokens.life.90": ("in 90 days", "in 90 Tagen"),
    "tokens.life.365": ("in a year", "in einem Jahr"),
    "tokens.life.never": ("never", "nie"),
    "tokens.make_it": ("Make token", "Zugang anlegen"),
    "tokens.bad_name": (
        "The name must have 1 to 64 letters, digits, '.', '_' or '-'.",
        "Der Name braucht 1 bis 64 Buchstaben, Ziffern, '.', '_' oder '-'.",
    ),
    "tokens.no_scope": ("Tick at least one thing that it may do.", "Kreuz mindestens eines an, was es darf."),
    "tokens.made": ("Made: {name}.", "Angelegt: {name}."),
    "tokens.once": (
        (
            "This is the only time that the token is shown; nobody keeps it. The program sends it as Authorization: "
            "Bearer TOKEN."
        ),
        (
            "Nur dieses eine Mal wird der Zugang gezeigt; niemand behält ihn. Das Programm sendet ihn als Authorization: "
            "Bearer ZUGANG."
        ),
    ),
    "tokens.secret": ("Token", "Zugang"),
    "tokens.revoke": ("Revoke", "Widerrufen"),
    "tokens.revoke_sure": (
        "Revoke {name}? The program that uses it is locked out at once.",
        "{name} widerrufen? Das Programm damit ist sofort ausgesperrt.",
    ),
    "tokens.revoked": ("Revoked: {name}. It lets nobody in now.", "Widerrufen: {name}. Damit kommt niemand mehr hinein."),
    "scope.recall": ("find and read entries", "Einträge finden und lesen"),
    "scope.remember": ("add notes and files", "Notizen und Dateien hinzufügen"),
    "scope.forget": ("forget for ever", "für immer vergessen"),
    "scope.ask": ("ask, also language models that you allowed", "fragen, auch erlaubte Sprachmodelle"),
    "scope.admin": ("everything, also this page", "alles, auch diese Seite"),
    "scope.metrics": ("only read the server's counters", "nur die Zähler des Servers lesen"),
    "costs.never": ("No language model was ever asked.", "Es wurde noch nie ein Sprachmodell gefragt."),
    "costs.months": ("Months", "Monate"),
    "costs.for": ("for {calls} and {tokens} tokens", "für {calls} und {tokens} Tokens"),
    "costs.failed": ("({count} failed)", "({count} misslungen)"),
    "costs.left": ("{left} of {ceiling} are left for you this month", "{left} von {ceiling} bleiben dir diesen Monat"),
    "costs.left_short": ("{left} left", "noch {left}"),
    "costs.ceiling": (
        "Everyone who asks, you and each program, has a ceiling of their own a month (setting model_ceiling).",
        "Wer fragt, du und jedes Programm, hat im Monat eine eigene Grenze (Einstellung model_ceiling).",
    ),
    "costs.by_day": ("Day by day", "Tag für Tag"),
    "costs.by_month": ("The last twelve months", "Die letzten zwölf Monate"),
    "costs.by_model": ("By model", "Nach Modell"),
    "costs.by_purpose": ("By purpose", "Nach Zweck"),
    "costs.by_actor": ("By who asked", "Danach, wer gefragt hat"),
    "costs.you": ("You", "Du"),
    "costs.day": ("Day", "Tag"),
    "costs.month": ("Month", "Monat"),
    "costs.tokens": ("Tokens", "Tokens"),
    "costs.money": ("Cost", "Kosten"),
    "costs.highest": ("most: {amount}, {what}", "am meisten: {amount}, {what}"),
    "costs.as_table": ("As a table", "Als Tabelle"),
    "costs.so_many_tokens": ("{count} tokens", "{count} Tokens"),
    "costs.read_written": ("{read} tokens read, {written} written", "{read} Tokens gelesen, {written} geschrieben"),
    "costs.nothing_here": ("Nothing was asked.", "Es wurde nichts gefragt."),
    "costs.utc": (
        "Days and months are counted in UTC. Models on this machine cost nothing here.",
        "Tage und Monate zählen in UTC. Modelle auf diesem Rechner kosten hier nichts.",
    ),
    "models.about": (
        "They are asked in this order: when one fails, the next one is.",
        "Sie werden in dieser Reihenfolge gefragt: Wenn eines versagt, das nächste.",
    ),
    "models.dial.best": ("The dial is at “best”: the best first.", "Der Regler steht auf „best“: das beste zuerst."),
    "models.dial.fast": (
        "The dial is at “fast”: the quickest first.",
        "Der Regler steht auf „fast“: das schnellste zuerst.",
    ),
    "models.dial.cheap": (
        "The dial is at “cheap”: the cheapest first.",
        "Der Regler steht auf „cheap“: das billigste zuerst.",
    ),
    "models.outside": ("outside this machine", "außerhalb dieses Rechners"),
    "models.inside": ("on this machine", "auf diesem Rechner"),
    "models.off": ("switched off", "abgeschaltet"),
    "models.first": ("asked first", "zuerst gefragt"),
    "models.first_later": ("asked first after a restart", "nach einem Neustart zuerst gefragt"),
    "models.restart": (
        "The models were changed while Vertraut was running. What stands here holds after a restart.",
        "Die Modelle wurden geändert, während Vertraut lief. Was hier steht, gilt nach einem Neustart.",
    ),
    "models.chosen": ("put first by you", "von dir vorangestellt"),
    "models.price": (
        "{read} for a million tokens read, {written} written",
        "{read} je Million gelesener Tokens, {written} je geschriebener",
    ),
    "models.free": ("costs nothing here", "kostet hier nichts"),
    "models.quality": ("quality {quality} of 5", "Güte {quality} von 5"),
    "models.how": (
        "To put one first or switch it off, and to start Vertraut anew afterwards:",
        "So stellst du eines voran oder schaltest es ab; starte Vertraut danach neu:",
    ),
    "models.none": (
        "No language model is set up: answers are quotes from memory, and nothing leaves. To set one up:",
        (
            "Kein Sprachmodell ist eingerichtet: Antworten sind Zitate aus dem Gedächtnis, und nichts geht hinaus. "
            "So richtest du eines ein:"
        ),
    ),
}
