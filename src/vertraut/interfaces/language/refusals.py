"""What the server itself refuses, in German: by the English sentence."""

from __future__ import annotations

from typing import Final

GERMAN_REFUSALS: Final = {
    "": "",
    "This server has another name.": "Dieser Server heißt anders.",
    "Name it in the setting hosts, if it is meant to be reached so.": (
        "In der Einstellung hosts nennen, wenn er so erreichbar sein soll."
    ),
    "Pages of other origins may not ask here.": "Seiten von anderswo dürfen hier nicht fragen.",
    "Name the page's origin in the setting origins.": "Die Herkunft der Seite in der Einstellung origins nennen.",
    "Too many requests.": "Zu viele Anfragen.",
    "Come back after the seconds in Retry-After.": "Nach den Sekunden in Retry-After wiederkommen.",
    "The server is stopping.": "Der Server hält gerade an.",
    "Send it again in a moment.": "Gleich noch einmal schicken.",
    "The body is too large.": "Der Inhalt ist zu groß.",
    "`vertraut import` takes files of any size.": "`vertraut import` nimmt Dateien jeder Größe.",
    "This needs a token: Authorization: Bearer vt_…": "Dafür braucht es ein Token: Authorization: Bearer vt_…",
    "`vertraut token create` makes one.": "`vertraut token create` stellt eines aus.",
    "This Idempotency-Key came with another request before.": (
        "Dieser Idempotency-Key kam schon mit einer anderen Anfrage."
    ),
    "Use a new key for a new request.": "Für eine neue Anfrage einen neuen nehmen.",
    "The first request with this Idempotency-Key is not finished.": (
        "Die erste Anfrage mit diesem Idempotency-Key ist noch nicht fertig."
    ),
    "Wait and repeat.": "Warten und wiederholen.",
    "This was done before; its answer is gone, because something was forgotten.": (
        "Das ist schon geschehen; die Antwort von damals ist fort, weil seither etwas vergessen wurde."
    ),
    "The body must hold one file, with its name, as the part named file.": (
        "Der Inhalt muss eine Datei mit ihrem Namen enthalten, im Teil namens file."
    ),
    "The body must be application/json.": "Der Inhalt muss application/json sein.",
    "The body must be multipart/form-data.": "Der Inhalt muss multipart/form-data sein.",
    "The assistant ended without an answer.": "Der Assistent hat ohne Antwort geendet.",
    "Send it again.": "Noch einmal schicken.",
    "The request is not valid.": "Die Anfrage ist nicht gültig.",
    "The server could not do it; its log says more.": "Der Server konnte es nicht; mehr steht in seinem Protokoll.",
    "Something went wrong inside Vertraut; its log says where.": (
        "In Vertraut ist etwas schiefgegangen; wo, steht im Protokoll."
    ),
    "The body could not be read as what its Content-Type says.": (
        "Der Inhalt ist nicht lesbar als das, was sein Content-Type sagt."
    ),
    "There is nothing at this address.": "Unter dieser Adresse gibt es nichts.",
    "This address does not know this method.": "Diese Adresse kennt diese Methode nicht.",
}
