"""What the commands say beside what every interface does, in English and German; ``--help`` is in English only.

A row is (English, German), with named fields.
"""

from __future__ import annotations

from typing import Final

from vertraut.interfaces.language import SHARED, Both

TEXTS: Final[dict[str, Both]] = {
    **SHARED,
    # words that stand alone
    "error": ("Error:", "Fehler:"),
    "agree.hint": ("[y/N]", "[j/N]"),
    "interrupted": ("Interrupted.", "Abgebrochen."),
    "internal": (
        "Something went wrong inside Vertraut ({name}). Please report it; VERTRAUT_DEBUG=1 shows where it happened.",
        "In Vertraut ist etwas schiefgegangen ({name}). Bitte melden; VERTRAUT_DEBUG=1 zeigt, wo es geschah.",
    ),
    "passphrase.ask": ("Passphrase: ", "Passphrase: "),
    "passphrase.new": ("New passphrase: ", "Neue Passphrase: "),
    "passphrase.again": ("The same again: ", "Noch einmal: "),
    "passphrase.differ": ("These were not the same.", "Das war nicht dasselbe."),
    # import
    "import.reading": ("Reading", "Lesen"),
    "import.rate": ("{rate} entries/s", "{rate} Einträge/s"),
    "import.file": ("File", "Datei"),
    "import.source": ("Format", "Format"),
    "import.read": ("read", "gelesen"),
    "import.new": ("new", "neu"),
    "import.known": ("known", "bekannt"),
    "import.forgotten": ("forgotten", "vergessen"),
    "import.skipped": ("skipped", "übergangen"),
    "import.all": ("Together", "Zusammen"),
    "import.unknown_source": ("not recognised", "nicht erkannt"),
    "import.done": ("Remembered: {new}, findable by words.", "Gemerkt: {new}, nach Wörtern auffindbar."),
    "import.nothing_new": ("Nothing new: everything here is known already.", "Nichts Neues: alles hier ist schon bekannt."),
    "import.nothing_read": ("No entries were found.", "Es wurden keine Einträge gefunden."),
    "import.were_forgotten": (
        "Forgotten before and left so: {entries}; --again takes them back.",
        "Früher vergessen und so belassen: {entries}; --again holt sie zurück.",
    ),
    "import.problems": ("Not taken in as it stands:", "Nicht so übernommen, wie es dasteht:"),
    "import.kept_all_the_same": ("kept all the same", "trotzdem behalten"),
    "import.stopped": (
        "Stopped. Kept: {total}, {new} of them new; nothing is half written. The same command goes on from here.",
        "Angehalten. Behalten: {total}, davon {new} neu; nichts ist halb geschrieben. Derselbe Befehl macht hier weiter.",
    ),
    "import.more_files": ("… and {files} more with problems", "… und {files} mehr mit Problemen"),
    "restore.doing": ("Restoring", "Wiederherstellen"),
    "import.restored": (
        "Restored: {records} in an unbroken chain, {entries} among them.",
        "Wiederhergestellt: {records} in lückenloser Kette, darunter {entries}.",
    ),
    "vectors.doing": ("Findable by meaning", "Nach Bedeutung auffindbar"),
    "vectors.done": ("Findable by meaning: {entries}.", "Nach Bedeutung auffindbar: {entries}."),
    "vectors.missing": (
        "Not findable by meaning yet: {missing} of {entries}; `vertraut import` goes on with them.",
        "Noch nicht nach Bedeutung auffindbar: {missing} von {entries}; `vertraut import` macht damit weiter.",
    ),
    "vectors.stopped": (
        "Stopped. Findable by meaning: {done} of {entries}; `vertraut import` goes on with the others.",
        "Angehalten. Nach Bedeutung auffindbar: {done} von {entries}; `vertraut import` macht mit den anderen weiter.",
    ),
    # recall and ask
    "recall.nothing": ("Nothing in memory comes near.", "Nichts im Gedächtnis kommt dem nahe."),
    "recall.also": ("also {numbers}", "auch {numbers}"),
    "recall.signal": ("Signal", "Signal"),
    "recall.value": ("Value", "Wert"),
    "recall.adds": ("Adds", "Beitrag"),
    "recall.score": ("Score", "Summe"),
    "recall.sure": (
        "Chance that the answer is among the first ten: {percent} %",
        "Chance, dass die Antwort unter den ersten zehn ist: {percent} %",
    ),
    "context.used": ("About {tokens} of {budget} tokens: {entries}.", "Etwa {tokens} von {budget} Tokens: {entries}."),
    "context.too_few": (
        "{budget} tokens are too few for even one entry.",
        "{budget} Tokens sind selbst für einen einzigen Eintrag zu wenig.",
    ),
    "ask.unknown": (
        "I do not know: nothing that I remember answers this.",
        "Ich weiß es nicht: nichts Gemerktes beantwortet das.",
    ),
    "ask.nearest": ("What comes nearest:", "Was dem am nächsten kommt:"),
    "remember.done": ("Remembered as entry {number}.", "Gemerkt als Eintrag {number}."),
    # show
    "show.kind": ("Kind", "Art"),
    "show.when": ("When", "Wann"),
    "show.zone_assumed": ("home zone assumed: {zone}", "ohne Zeitzone, angenommen: {zone}"),
    "show.author": ("Author", "Von"),
    "show.thread": ("Thread", "Verlauf"),
    "show.place": ("Place", "Ort"),
    "show.people": ("People", "Beteiligte"),
    "show.source": ("Source", "Quelle"),
    "show.remembered": ("Remembered", "Gemerkt"),
    "show.attachments": ("Attached", "Anhang"),
    "show.not_kept": ("not kept", "nicht behalten"),
    "show.more": ("More", "Weiteres"),
    "show.around": ("Around it", "Drumherum"),
    "show.no_text": ("(no text)", "(ohne Text)"),
    "show.saved": ("Saved {name} ({size}).", "Gesichert: {name} ({size})."),
    "show.nothing_to_save": ("No attachment of this entry was kept.", "Von diesem Eintrag wurde kein Anhang behalten."),
    # forget
    "forget.resting": (
        "Among them, because it rests on what was selected: {what} of Vertraut's own.",
        "Darunter, weil es auf dem Gewählten beruht: {what} von Vertraut selbst.",
    ),
    "forget.would": ("This would be forgotten for ever: {what}", "Das würde endgültig vergessen: {what}"),
    "forget.hint": (
        "Nothing was removed. The same command with --yes removes it.",
        "Noch ist nichts entfernt. Derselbe Befehl mit --yes entfernt es.",
    ),
    "forget.doing": ("Removing and proving it", "Entfernen und beweisen"),
    "forget.done": ("Forgotten for ever.", "Endgültig vergessen."),
    "forget.removed": ("Removed", "Entfernt"),
    "forget.chain": ("Chain", "Kette"),
    "forget.scan": ("Looked for", "Gesucht"),
    "forget.scanned": (
        "{patterns} in {size} of decrypted vault pages and {files}",
        "{patterns} in {size} entschlüsselter Tresorseiten und {files}",
    ),
    "forget.found": ("Found", "Gefunden"),
    "forget.clean": ("nothing: no trace is left", "nichts: keine Spur ist geblieben"),
    "forget.unclean": (
        "Traces are left. Close everything else that uses this and run `vertraut rebuild`; if they stay, report it.",
        "Es sind Spuren da. Alles andere schließen, was dies benutzt, und `vertraut rebuild` ausführen; sonst bitte melden.",
    ),
    "forget.elsewhere": (
        "These files outside Vertraut still say it; they are not Vertraut's to remove:",
        "Diese Dateien außerhalb von Vertraut enthalten es noch; sie zu löschen ist nicht Sache von Vertraut:",
    ),
    "forget.log_waits": (
        "The write-ahead log could not be emptied yet: another process is reading. It is emptied when that ends.",
        "Das Schreibprotokoll ließ sich noch nicht leeren: ein anderer Prozess liest. Es wird danach geleert.",
    ),
    # keeping
    "export.done": (
        "Exported to {folder}: {records}, {entries} and {attachments} in {files} ({size}).",
        "Exportiert nach {folder}: {records}, {entries} und {attachments} in {files} ({size}).",
    ),
    "export.plain": (
        "The folder is not encrypted. `vertraut import` takes it in again.",
        "Der Ordner ist nicht verschlüsselt. `vertraut import` liest ihn wieder ein.",
    ),
    "export.doing": ("Exporting", "Exportieren"),
    "verify.doing": ("Checking", "Prüfen"),
    "verify.sound": (
        "Sound: every page, every record and the index.",
        "Unversehrt: jede Seite, jeder Datensatz und der Index.",
    ),
    "verify.faults": (
        "Pages and chain are sound, the index is not; `vertraut rebuild` makes it anew.",
        "Seiten und Kette sind unversehrt, der Index nicht; `vertraut rebuild` baut ihn neu.",
    ),
    "verify.head": ("Head", "Kettenende"),
    # persona
    "persona.language": ("Language", "Sprache"),
    "persona.language.de": ("German", "Deutsch"),
    "persona.language.en": ("English", "Englisch"),
    "persona.language.open": ("that of the question", "die der Frage"),
    "persona.address": ("Address in German", "Anrede"),
    "persona.address.du": ("du", "du"),
    "persona.address.sie": ("Sie", "Sie"),
    "persona.address.open": ("as you do; else du", "wie du es hältst; sonst du"),
    "persona.length": ("Length", "Länge"),
    "persona.length.short": ("short", "kurz"),
    "persona.length.normal": ("normal", "normal"),
    "persona.length.long": ("long", "ausführlich"),
    "persona.tone": ("Tone", "Ton"),
    "persona.tone.warm": ("warm", "warm"),
    "persona.tone.plain": ("plain", "sachlich"),
    "persona.tone.brisk": ("brisk", "knapp"),
    "persona.name": ("Your name", "Name"),
    "persona.country": ("Country", "Land"),
    "chat.begins": (
        "Ask anything; /help shows what else there is, Ctrl-D ends.",
        "Einfach fragen; /hilfe zeigt, was es sonst gibt, Strg-D beendet.",
    ),
    "chat.consent": (
        "May {name} get your words, and what is recalled for them, to answer? Secrets are taken out before.",
        "Darf {name} deine Worte und das dazu Erinnerte bekommen, um zu antworten? Geheimnisse werden vorher entfernt.",
    ),
    "chat.ended": ("Bye.", "Bis dann."),
    "chat.commands": (
        (
            "/why  what the last answer rests on\n/3  its evidence number 3\n/forget 3  forget that\n"
            "/off the record  keep nothing from now on\n/on  keep it again\n/new  another conversation\n/quit  end"
        ),
        (
            "/warum  worauf die letzte Antwort beruht\n/3  ihr Beleg Nummer 3\n/vergiss 3  das vergessen\n"
            "/aus  von jetzt an nichts behalten\n/an  wieder behalten\n/neu  ein neues Gespräch\n/ende  beenden"
        ),
    ),
    "chat.no_command": (
        "{name} is no command; /help shows which there are.",
        "{name} gibt es nicht; /hilfe zeigt, was es gibt.",
    ),
    "chat.no_evidence": (
        "The last answer rests on nothing in memory.",
        "Die letzte Antwort beruht auf nichts im Gedächtnis.",
    ),
    "chat.no_number": ("There is no evidence number {number}.", "Einen Beleg Nummer {number} gibt es nicht."),
    "chat.by_model": ("Answered by: {model}", "Geantwortet hat: {model}"),
    "chat.by_quotes": ("Quoted without a language model.", "Zitiert ohne Sprachmodell."),
    "chat.thinking": ("Looking and answering …", "Sieht nach und antwortet …"),
    "chat.stopped": (
        "Stopped; nothing of this turn is kept. Ctrl-D ends the talk.",
        "Angehalten; nichts davon wird behalten. Strg-D beendet das Gespräch.",
    ),
    "chat.forget_which": ("Say which evidence: /forget 3", "Bitte den Beleg nennen: /vergiss 3"),
    "chat.forget_these": ("This would be forgotten for ever:", "Dies würde für immer vergessen:"),
    "chat.forget_sure": ("Forget it?", "Vergessen?"),
    "chat.forget_how": (
        "Forgetting is agreed to in a terminal, or done with `vertraut forget --yes`.",
        "Vergessen wird in einem Terminal bestätigt oder mit `vertraut forget --yes` ausgeführt.",
    ),
    "chat.forgotten": ("Forgotten for ever: {what}.", "Für immer vergessen: {what}."),
    "chat.off": ("Off the record: nothing is kept from now on.", "Unter uns: Von jetzt an wird nichts behalten."),
    "chat.on": ("On the record again.", "Ab jetzt wird wieder alles behalten."),
    "chat.new": ("A new conversation.", "Ein neues Gespräch."),
    "rebuild.outdated": (
        "Another version of Vertraut had built the index: it was made anew for {entries}.",
        "Der Index stammte von einer anderen Fassung von Vertraut: Er wurde für {entries} neu gebaut.",
    ),
    "rebuild.doing": ("Rebuilding", "Neu aufbauen"),
    "rebuild.done": ("The index was made anew for {entries}.", "Der Index wurde für {entries} neu gebaut."),
    "backup.done": ("Backed up to {path} ({size}).", "Gesichert nach {path} ({size})."),
    "backup.key": (
        "It is encrypted and opens only with {file} and the master key: keep copies of these apart from it.",
        "Sie ist verschlüsselt und öffnet sich nur mit {file} und dem Hauptschlüssel: Kopien davon getrennt aufbewahren.",
    ),
    # keys
    "key.method": ("Master key", "Hauptschlüssel"),
    "key.keyring": ("in the keyring of the operating system", "im Schlüsselbund des Betriebssystems"),
    "key.file": ("in a file", "in einer Datei"),
    "key.passphrase": ("made from a passphrase", "aus einer Passphrase"),
    "key.where": ("Where", "Wo"),
    "key.kdf": ("Derived by", "Abgeleitet mit"),
    "key.generation": ("Generation", "Generation"),
    "key.spaces": ("Spaces", "Bereiche"),
    "key.none": (
        "There is no master key yet; it is made together with the first space.",
        "Es gibt noch keinen Hauptschlüssel; er entsteht mit dem ersten Bereich.",
    ),
    "key.changed": ("The master key was changed.", "Der Hauptschlüssel wurde geändert."),
    "key.restored": ("The master key is back.", "Der Hauptschlüssel ist wieder da."),
    "key.code_ask": ("Recovery code: ", "Wiederherstellungscode: "),
    "key.recovery_confirm": (
        "Whoever sees the code can open everything. Print it now?",
        "Wer den Code sieht, kann alles öffnen. Jetzt ausgeben?",
    ),
    "key.recovery_hint": (
        "Write it down, keep it apart from this machine. `vertraut key restore` takes it; `vertraut key rotate` voids it.",
        "Aufschreiben und anderswo aufbewahren. `vertraut key restore` nimmt ihn, `vertraut key rotate` entwertet ihn.",
    ),
    # tokens and the server
    "token.once": (
        "This is the token; it is shown only now and kept nowhere. Give it to its program as Authorization: Bearer TOKEN.",
        "Das ist der Zugang; er wird nur jetzt gezeigt und nie behalten. Sein Programm sendet Authorization: Bearer ZUGANG.",
    ),
    "token.none": ("There is no token.", "Es gibt keinen Zugang."),
    "token.never_ends": ("never ends", "endet nie"),
    "token.ends": ("ends {day}", "endet am {day}"),
    "token.ended": ("ended {day}", "endete am {day}"),
    "token.revoked": ("Revoked: {name}. It lets nobody in now.", "Widerrufen: {name}. Damit kommt niemand mehr hinein."),
    "serve.link": (
        "Open this in a browser; it signs it in, once, within ten minutes:",
        "Im Browser öffnen; der Link meldet ihn an, einmal, innerhalb von zehn Minuten:",
    ),
    "link.once": ("It signs one browser in, within ten minutes.", "Er meldet einen Browser an, innerhalb von zehn Minuten."),
    "serve.doors": (
        "For programs with a token (`vertraut token`): HTTP and OpenAI's interface at {address}/v1, MCP at {address}/mcp.",
        "Für Programme mit Zugang (`vertraut token`): HTTP und OpenAIs Form unter {address}/v1, MCP unter {address}/mcp.",
    ),
    "serve.everywhere": (
        "Careful: other machines reach this, and the way is not encrypted. Put a proxy with TLS before it; hosts names it.",
        "Vorsicht: Andere Rechner erreichen das, und unverschlüsselt. Einen Proxy mit TLS davorstellen; hosts nennt ihn.",
    ),
    # stats
    "stats.by_year": ("By year", "Nach Jahr"),
    "stats.by_kind": ("By kind", "Nach Art"),
    "stats.by_source": ("By source", "Nach Quelle"),
    "stats.by_language": ("By language", "Nach Sprache"),
    "stats.ledger": (
        "{records} in the chain, {forgotten} forgotten; {size} on disk",
        "{records} in der Kette, {forgotten} vergessen; {size} auf der Platte",
    ),
    "stats.spaces": ("Spaces in this home: {names}", "Bereiche hier: {names}"),
    "stats.no_spaces": (
        "There is nothing here yet. `vertraut demo` shows what there could be; `vertraut import PATH` begins.",
        "Hier ist noch nichts. `vertraut demo` zeigt, was hier sein könnte; `vertraut import PFAD` fängt an.",
    ),
    "stats.empty": ("The space {name} is empty.", "Der Bereich {name} ist leer."),
    # language models
    "model.none": (
        "No language model is set up: answers are quotes. `vertraut model list --known` names some.",
        "Es ist kein Sprachmodell eingerichtet: Geantwortet wird mit Zitaten. `vertraut model list --known` nennt welche.",
    ),
    "model.name": ("Name", "Name"),
    "model.provider": ("Provider", "Anbieter"),
    "model.model": ("Model", "Modell"),
    "model.where": ("Where", "Wo"),
    "model.inside": ("here", "hier"),
    "model.outside": ("outside", "außerhalb"),
    "model.price": ("US$/M in/out", "US$/M ein/aus"),
    "model.context": ("Tokens", "Tokens"),
    "model.speed": ("Tokens/s", "Tokens/s"),
    "model.tools": ("Tools", "Werkzeuge"),
    "model.schema": ("Schema", "Schema"),
    "model.quality": ("Quality", "Güte"),
    "model.state": ("State", "Stand"),
    "model.first": ("first", "zuerst"),
    "model.off": ("off", "aus"),
    "model.no_key": ("no key", "kein Schlüssel"),
    "model.first_token": ("First word", "Erstes Wort"),
    "model.failure": ("Failed", "Misslungen"),
    "model.key_ask": ("Key: ", "Schlüssel: "),
    "model.free_here": (
        "it answers on this machine, where calls cost nothing; leave its prices out, or add --forwards if words go outside",
        (
            "es antwortet auf diesem Rechner, wo Aufrufe nichts kosten; bitte die Preise weglassen, oder --forwards "
            "angeben, wenn es Worte nach außen weitergibt"
        ),
    ),
    "model.added": ("Set up: {name}", "Eingerichtet: {name}"),
    "model.consent": (
        "It is outside this machine: nothing is sent before you agree to it (`vertraut consent grant {provider} answer`).",
        "Es liegt außerhalb des Rechners: Ohne Erlaubnis wird nichts gesendet (`vertraut consent grant {provider} answer`).",
    ),
    "model.try": ("`vertraut model test {name}` tries it out.", "`vertraut model test {name}` probiert es aus."),
    "model.testing": ("Trying out {name} …", "{name} wird ausprobiert …"),
    "model.removed": ("Removed: {name}", "Entfernt: {name}"),
    # what leaves the machine
    "consent.none": (
        "Nobody outside this machine may get your words.",
        "Niemand außerhalb dieses Rechners darf Worte von dir bekommen.",
    ),
    "consent.all": ("every purpose", "jeder Zweck"),
    "consent.yes": ("agreed on {when}", "erlaubt am {when}"),
    "consent.no": ("refused on {when}", "verboten am {when}"),
    "consent.granted": (
        "Agreed. `vertraut consent revoke {provider}` takes it back; `vertraut outbox` shows what leaves.",
        "Erlaubt. `vertraut consent revoke {provider}` nimmt es zurück; `vertraut outbox` zeigt, was hinausgeht.",
    ),
    "consent.revoked": ("Nothing of this goes to {provider} any more.", "An {provider} geht davon nichts mehr."),
    "consent.no_model": (
        "No model that is set up goes to {provider}: `vertraut model list` shows where they go.",
        "Kein eingerichtetes Modell geht an {provider}: `vertraut model list` zeigt, wohin sie gehen.",
    ),
    "outbox.none": (
        "Nothing is noted that left this machine. What quoted an entry that was forgotten since is gone from here, too.",
        "Es ist nichts verzeichnet, was diesen Rechner verließ. Was seither Vergessenes zitierte, ist auch hier fort.",
    ),
    "outbox.hint": ("`vertraut outbox --show N` shows every word.", "`vertraut outbox --show N` zeigt jedes Wort."),
    "costs.none": ("No language model was ever asked.", "Es wurde noch nie ein Sprachmodell gefragt."),
    "costs.total": ("{dollars} for {calls}", "{dollars} für {calls}"),
    "costs.tokens": (
        "{read} tokens read, {written} written in {time}; {calls} failed",
        "{read} Tokens gelesen, {written} geschrieben in {time}; {calls} misslungen",
    ),
    "costs.money": ("Money", "Geld"),
    "costs.calls": ("Calls", "Aufrufe"),
    "costs.all_tokens": ("Tokens", "Tokens"),
    "costs.time": ("Time", "Zeit"),
    "costs.by_month": ("By month (UTC)", "Nach Monat (UTC)"),
    "costs.by_model": ("By model", "Nach Modell"),
    "costs.by_purpose": ("By purpose", "Nach Zweck"),
    "costs.by_actor": ("By who asked", "Danach, wer gefragt hat"),
    "costs.ceiling": (
        "Ceiling: {dollars} US dollars a month for each who asks (setting model_ceiling)",
        "Grenze: {dollars} US-Dollar im Monat für jeden, der fragt (Einstellung model_ceiling)",
    ),
    # evaluation
    "eval.remembering": ("remembering", "merken"),
    "eval.embedding": ("embedding", "einbetten"),
    "eval.asking": ("asking", "fragen"),
    "eval.done": ("{questions} asked; the run is in {path}.", "{questions} gestellt; der Lauf steht in {path}."),
    # agents that use memory over MCP
    "mcp.waits": (
        "This waits for a client on standard input; `vertraut mcp install` sets one up.",
        "Das hier wartet auf der Standardeingabe auf ein Programm; `vertraut mcp install` richtet eines ein.",
    ),
    "mcp.client": ("Client", "Programm"),
    "mcp.name": ("CLIENT", "CLIENT"),
    "mcp.file": ("Its file", "Seine Datei"),
    "mcp.others": ("Most others understand this form:", "Die meisten anderen verstehen diese Form:"),
    "mcp.hint": (
        "Nothing was written. `vertraut mcp install CLIENT --write` puts it where it belongs.",
        "Es wurde nichts geschrieben. `vertraut mcp install CLIENT --write` trägt es dort ein, wo es hingehört.",
    ),
    "mcp.belongs": ("This belongs in {file}:", "Das gehört in {file}:"),
    "mcp.written": ("Added to {file}.", "Eingetragen in {file}."),
    "mcp.same": ("{file} has it already.", "In {file} steht es schon."),
    "mcp.copy": ("As it was before, it is kept in {file}.", "So, wie sie vorher war, liegt sie in {file}."),
    "mcp.restart": ("Restart {client} to use it.", "{client} neu starten, um es zu benutzen."),
    # the demonstration
    "demo.title": (
        "A year of one household, remembered on this machine",
        "Ein Jahr eines Haushalts, gemerkt auf diesem Rechner",
    ),
    "demo.in_memory": (
        "In memory: {parts}. Nothing left this machine.",
        "Im Gedächtnis: {parts}. Nichts davon hat diesen Rechner verlassen.",
    ),
    "demo.unknowable": ("And one that nobody could know:", "Und eine, die niemand wissen kann:"),
    "demo.next": ("Try next", "Als Nächstes"),
    "demo.next_ask": ("ask the household yourself", "den Haushalt selbst fragen"),
    "demo.next_import": ("remember something of your own", "etwas Eigenes merken"),
    "demo.next_own": ("and ask it", "und danach fragen"),
    "demo.next_question": ("When was the kitchen delivered?", "Wann kam die neue Küche?"),
    "demo.next_path": ("PATH", "PFAD"),
}
