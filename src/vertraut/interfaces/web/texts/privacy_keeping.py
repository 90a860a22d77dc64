"""What the page of Privacy and costs says about the vault, copies of it, and its key."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "vault.about": (
        (
            "Every record is chained to the one before it. Whoever changes, removes or inserts one without the key is "
            "found out."
        ),
        (
            "Jeder Datensatz ist an den vor ihm gekettet. Wer ohne den Schlüssel einen ändert, entfernt oder einfügt, "
            "fällt auf."
        ),
    ),
    "vault.size": ("Size of the vault", "Größe des Tresors"),
    "vault.records": ("Records in the chain", "Datensätze in der Kette"),
    "vault.vectors": ("Findable by meaning", "Nach Bedeutung auffindbar"),
    "vault.so_many": ("{done} of {total} entries", "{done} von {total} Einträgen"),
    "check.never": ("Nothing was checked since Vertraut was started.", "Seit Vertraut läuft, wurde nichts geprüft."),
    "check.running": (
        "Checking every page, every record and the index …",
        "Jede Seite, jeder Datensatz und der Index werden geprüft …",
    ),
    "check.sound": (
        "Sound: every page, every record and the index.",
        "Unversehrt: jede Seite, jeder Datensatz und der Index.",
    ),
    "check.not_sound": ("Something is wrong.", "Etwas stimmt nicht."),
    "check.faults": (
        "Pages and chain are sound, the index is not; `vertraut rebuild` makes it anew.",
        "Seiten und Kette sind unversehrt, der Index nicht; `vertraut rebuild` baut ihn neu.",
    ),
    "check.when": ("Checked on {when}.", "Geprüft am {when}."),
    "check.begin": ("Check everything now", "Jetzt alles prüfen"),
    "check.head": ("End of the chain, record {number}", "Ende der Kette, Datensatz {number}"),
    "check.note_it": (
        "Note this link elsewhere: a chain that was cut off at its end shows only by comparing it.",
        "Notier dieses Kettenglied anderswo: Eine am Ende abgeschnittene Kette zeigt sich nur im Vergleich.",
    ),
    "copies.backup": ("Backup", "Sicherung"),
    "copies.backup_about": (
        "An encrypted copy of the vault as it is now, about {size}. It may lie anywhere, also in a cloud.",
        (
            "Eine verschlüsselte Kopie des Tresors, wie er jetzt ist, etwa {size}. Sie darf überall liegen, auch in "
            "einer Cloud."
        ),
    ),
    "copies.backup_key": (
        "It opens only with the master key and this file; keep copies of both apart from it:",
        "Sie öffnet sich nur mit dem Hauptschlüssel und dieser Datei; bewahr Kopien von beiden getrennt davon auf:",
    ),
    "copies.backup_back": (
        "To restore it, stop Vertraut and put it in the place of:",
        "Zum Wiederherstellen halte Vertraut an und leg sie an diese Stelle:",
    ),
    "copies.backup_get": ("Download backup", "Sicherung herunterladen"),
    "copies.export": ("Export in open formats", "Export in offenen Formaten"),
    "copies.export_about": (
        "Everything as JSON Lines, with each attachment as a file, in a ZIP archive. Unpacked, this takes it in again:",
        "Alles als JSON Lines, jeder Anhang als Datei, in einem ZIP-Archiv. Entpackt liest das es wieder ein:",
    ),
    "copies.export_open": ("Export …", "Exportieren …"),
    "copies.export_plain": (
        (
            "The export is NOT encrypted: whoever gets the file can read your life in it. Keep it on an encrypted disk "
            "only, and delete it when it has served."
        ),
        (
            "Der Export ist NICHT verschlüsselt: Wer die Datei bekommt, kann dein Leben darin lesen. Bewahr sie nur auf "
            "einer verschlüsselten Platte auf, und lösch sie, wenn sie ihren Dienst getan hat."
        ),
    ),
    "copies.export_get": ("Download everything, not encrypted", "Alles unverschlüsselt herunterladen"),
    "copies.begun": ("The download has begun.", "Der Download hat begonnen."),
    "copies.gone": (
        "This download is not here any more: it was fetched before, or a minute has passed.",
        "Diesen Download gibt es nicht mehr: Er wurde schon geholt, oder eine Minute ist um.",
    ),
    "copies.again": ("Begin it anew on the page Privacy.", "Beginn ihn neu auf der Seite Privatsphäre."),
    "keys.none": ("There is no master key yet.", "Es gibt noch keinen Hauptschlüssel."),
    "keys.keyring": (
        "The master key is in the keyring of the operating system.",
        "Der Hauptschlüssel ist im Schlüsselbund des Betriebssystems.",
    ),
    "keys.file": (
        "The master key is in a file that only its owner can read:",
        "Der Hauptschlüssel ist in einer Datei, die nur ihr Besitzer lesen kann:",
    ),
    "keys.passphrase": (
        "The master key is made from your passphrase, and kept nowhere.",
        "Der Hauptschlüssel entsteht aus deiner Passphrase und wird nirgends behalten.",
    ),
    "keys.close_gap": (
        "Whoever gets the whole folder of Vertraut can open everything. This closes the gap:",
        "Wer den ganzen Ordner von Vertraut bekommt, kann alles öffnen. Das schließt die Lücke:",
    ),
    "keys.kdf": ("Derived by {kdf}.", "Abgeleitet mit {kdf}."),
    "keys.recovery": (
        (
            "If the key is lost, only a recovery code on paper helps; whether you have one, Vertraut does not know. This "
            "prints it:"
        ),
        (
            "Ist der Schlüssel verloren, hilft nur ein Wiederherstellungscode auf Papier; ob du einen hast, weiß "
            "Vertraut nicht. Das gibt ihn aus:"
        ),
    ),
}
