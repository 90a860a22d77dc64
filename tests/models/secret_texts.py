"""Texts with secrets, each marked ⟦so⟧, and ordinary ones that look alike: all invented, with check digits that are right.

A "·" is left out when a text is used: without it, the keys here would be taken for real ones by whoever scans for such.
"""

from __future__ import annotations

SECRETS = """\
Das WLAN-Passwort ist ⟦kaffee-tasse-7⟧, steht auch hinten auf dem Router.
Das Passwort ist ⟦Mirabelle⟧.
Passwort: ⟦sommerregen⟧
Mein Passwort für Netflix lautet ⟦Gurke!2024⟧.
Das Kennwort fürs Gäste-WLAN: ⟦blauer-elefant⟧
Kennwort heißt jetzt „⟦drei Mäuse im Keller⟧“
Neues WLAN-Passwort: ⟦Xk9-mmP2-qr7⟧ (gilt ab Montag)
Ich habe das Passwort auf ⟦Winter2025!⟧ geändert.
⟦Birnbaum77⟧ ist das Passwort vom Laptop
Netflixpasswort ⟦Popcorn99⟧
Zugangsdaten: lena / ⟦kirschkern⟧
Login: tobi | ⟦wolkenbruch⟧
Benutzer: tobi Passwort: ⟦fahrradklingel⟧
Passphrase: ⟦korrekt pferd batterie heftklammer⟧
Die PIN der Sparkassenkarte lautet ⟦4711⟧.
Schlüsselkasten am Bootshaus: PIN ⟦7309⟧ (wird jeden April geändert)
PIN ⟦8264⟧
Papa hat die PIN auf ⟦9182⟧ geändert.
Geheimzahl von der EC-Karte ist ⟦3 0 5 8⟧.
PUK: ⟦48201937⟧
Die TAN ist ⟦483920⟧, bitte schnell eingeben.
Ihre mTAN: ⟦92 83 74⟧
pushTAN ⟦774129⟧ für die Überweisung
Der Code für den Tresor ist ⟦36-12-88⟧.
Türcode ⟦2580⟧, dann fest drücken
Der Haustürcode lautet ⟦A4711⟧
Fahrradschloss: Zahlenkombination ⟦6 1 9⟧
Code vom Fahrradschloss: ⟦0815⟧
Alarmanlage Code ist bei uns: Alarmcode ⟦99172⟧
Ihr Bestätigungscode lautet ⟦482913⟧. Geben Sie ihn niemandem weiter.
Dein Code: ⟦713 204⟧
Die Kombination für das Schließfach ist ⟦17-4-33⟧
CVV ⟦123⟧, gültig bis 08/28
Die Kartenprüfnummer ist ⟦907⟧
WLAN-Schlüssel: ⟦88412093847561203948⟧
Netzwerkschlüssel ist ⟦Biberdamm-3⟧
WPA2-Key ⟦hagebutte99tee⟧
Wiederherstellungsschlüssel: ⟦482913-559201-338120-774563-110928-665544-209387-556677⟧
Mein API-Schlüssel: `⟦lr_live·_9fQx2VbT0kZr7WmE4uYc8HsPa61⟧`
Lizenzschlüssel: ⟦VK7JG-NPHTM-C97JM-9MPGT-3V66T⟧
Backup-Codes: ⟦4829-1130⟧, ⟦5592-0144⟧, ⟦3381-2077⟧
Meine Seed-Phrase lautet: ⟦apfel birne wolke stein regen feder lampe segel kranz nebel fjord gabel⟧
Die zwölf Wörter: ⟦apfel, birne, wolke, stein, regen, feder, lampe, segel, kranz, nebel, fjord, gabel⟧
IBAN: ⟦DE41 5001 0517 0123 4567 89⟧
Überweis es bitte auf ⟦DE18120300000012345678⟧, danke!
Konto der Klassenkasse ⟦DE21 9999 0000 0009 9887 21⟧
Mein Konto in Österreich: ⟦AT61 1904 3002 3457 3201⟧
⟦CH93 0076 2011 6238 5295 7⟧ gehört Oma
Kreditkarte ⟦4111 2222 3333 4448⟧, läuft 2027 ab
Bezahlt mit ⟦5555444433332226⟧.
Amex: ⟦3782 822463 10005⟧
Steuer-ID ⟦26 954 371 827⟧
Meine Steueridentifikationsnummer lautet ⟦86574902302⟧.
Sozialversicherungsnummer: ⟦65 170839 J 003⟧
Rentenversicherungsnummer ⟦12190367K001⟧
Versichertennummer ⟦M908172641⟧ (TK)
AHV-Nummer ⟦756.1234.5678.97⟧
Der Pin vom neuen Handy ist ⟦2604⟧ und die vom alten ⟦7190⟧
Der Entsperrcode fürs iPad ist ⟦1-9-7-3⟧
Das Passwort fürs Elternportal ist übrigens ⟦Rucksack⟧ und der Benutzer ist Piets Nachname
Passwörter: ⟦Ahorn12⟧, ⟦Buche34⟧, ⟦Eiche56⟧
meine pin ist ⟦vier sieben eins eins⟧
Notfallcode ⟦55120⟧ für die Alarmzentrale
Der Code lautet ⟦5521⟧, dann die Raute
The wifi password is ⟦purple-otter-19⟧.
The password is ⟦swordfish⟧.
My Netflix password is still ⟦Banana!77⟧
Password: ⟦correcthorse⟧
password for the router: ⟦Tr0ub4dor&3⟧
I changed the password to ⟦Lemonade-2025⟧ yesterday.
pw: ⟦moonlight⟧
pwd=⟦s3cr3t!⟧
⟦hunter2x⟧ is the password
Username: lena, password: ⟦marmalade⟧
login: lena / ⟦paperclip⟧
my PIN is ⟦4711⟧
PIN code for the card: ⟦9034⟧
The PIN was changed to ⟦6612⟧ last week
Door code is ⟦4470#⟧
Gate code: ⟦1379⟧
The code for the garage is ⟦8080⟧
The safe combination is ⟦12-34-56⟧
combination to the lock: ⟦7 2 4⟧
Your verification code is ⟦593027⟧. Do not share it.
G-⟦482913⟧ is your verification code.
⟦482 913⟧ is your security code
One-time code ⟦118273⟧
alarm code ⟦7741⟧ then press star
My recovery phrase: ⟦apple river stone cloud paper lemon tiger ocean violet garden music silver⟧
I keep these words safe ⟦apple river stone cloud paper lemon tiger ocean violet garden music silver⟧ and nothing else
1. ⟦apple 2. river 3. stone 4. cloud 5. paper 6. lemon 7. tiger 8. ocean 9. violet 10. garden 11. music 12. silver⟧
Recovery codes:\\n⟦a1b2c-d3e4f⟧\\n⟦g5h6i-j7k8l⟧\\n⟦m9n0p-q1r2s⟧
The CVC is ⟦482⟧
card number ⟦4000 0012 3456 7899⟧ exp 11/29
SSN ⟦219-09-9999⟧
NI number ⟦JG 12 34 56 C⟧ for the payroll
OPENAI_API_KEY=⟦sk-·proj-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0x⟧
the key is ⟦sk-·ant-api03-Qw3Er5Ty7Ui9Op1As2Df4Gh6Jk8Lz0⟧
⟦ghp_·a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8⟧
github token: ⟦github_pat_·11ABCDEFG0abcdefghij_KLMNOPqrstuvwxyz123456⟧
aws_access_key_id = ⟦AKIA·IOSFODNN7EXAMPL3⟧
aws_secret_access_key = ⟦wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPL3KEY⟧
Google key ⟦AIza·SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q⟧ in the map page
Slack: ⟦xoxb-·123456789012-abcdefGHIJKL⟧
⟦sk_live·_4eC39HqLyjWDarjtT1zdp7dc⟧ is what Stripe gave me
Authorization: Bearer ⟦eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N⟧
curl -H "Authorization: Basic ⟦bGVuYTpzb21tZXI=⟧" https://example.org
Authorization: token ⟦abcdef0123456789abcdef⟧
postgres://vertraut:⟦blaubeere⟧@db.example.org/main
https://lena:⟦geheim12⟧@example.org/cam
https://example.org/reset?token=⟦9f8e7d6c5b4a⟧&user=lena
otp is in ⟦otpauth://totp/Mail:lena?secret=JBSWY3DPEHPK3PXP⟧
-----BEGIN OPENSSH PRI·VATE KEY-----\\n⟦b3BlbnNzaC1rZXktdjEAAAAABG5vbmU⟧\\n-----END OPENSSH PRI·VATE KEY-----
-----BEGIN RSA PRI·VATE KEY-----\\n⟦MIIEpAIBAAKCAQEA1c7+9z5Pad7Oej⟧
Session cookie: ⟦sessionid=38afes7a8; csrftoken=u32t4o3tb3gg43⟧
Here it is: ⟦kP9$xW2!mQz7⟧
the hash key ⟦4f9c2ab8d01e7763aa90bc12de45f678⟧
Ich schicke dir das mal: ⟦Zr8vT1qXn5LwK3jH7bYc⟧
{"user": "lena", "password": "⟦regenbogen⟧"}
export DB_PASSWORD=⟦tannenzapfen⟧
DB_PASS: "⟦fichte⟧"
| Router | Passwort | ⟦Lavendel⟧ |
**Passwort:** ⟦Holunder⟧
- *PIN*: ⟦5193⟧
my secret key is ⟦abc123def456ghi⟧
client_secret: ⟦GOCSPX-·a1B2c3D4e5F6g7H8i9J0⟧
The bike lock is a number lock, combination ⟦4-0-7-2⟧
Mom's voicemail PIN: ⟦0042⟧
Password hint is the dog, password itself is ⟦Rex-2019⟧
wifi: HomeNet / password ⟦buttercup42⟧
2FA secret: ⟦JBSWY3DPEHPK3PXP⟧
bitcoin key ⟦L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ⟧
Das Master-Passwort von KeePass ist „⟦Opa fährt Trecker⟧“.
Sperrcode Handy ⟦147258⟧
Aktivierungscode ⟦QX7P-22LM⟧
Zugang zum Portal: Passwort=⟦Zwiebel⟧
passcode ⟦246810⟧
Was war nochmal die PIN?\\n⟦4711⟧
[3] Sa 2025-03-08, 14:30, Tobi: Wie ist das WLAN-Passwort?\\n[4] Sa 2025-03-08, 14:32, Lena: ⟦kaffee-tasse-7⟧ 🙂
What's the door code again?\\nLena: ⟦4470#⟧
WLAN-Passwort?\\n⟦Mirabelle⟧
"""

ORDINARY = """\
Ich habe mein Passwort vergessen.
Das Passwort ist falsch.
Das Passwort ist abgelaufen und muss geändert werden.
Passwort: siehe Zettel am Kühlschrank
Hast du das Passwort noch?
Das Passwort ist zu kurz, nimm ein längeres.
Mein Passwortmanager ist endlich eingerichtet.
Das Passwort muss mindestens 12 Zeichen haben.
Ich habe das Passwort am 12.03.2025 geändert.
Das Kennwort kommt per Post.
Die PIN kommt in einem eigenen Brief.
Die PIN hat vier Ziffern.
PIN dreimal falsch eingegeben, jetzt ist die Karte gesperrt.
Die TAN gilt 5 Minuten.
Das TAN-Verfahren kostet ab 2026 nichts mehr.
Ohne Passwort kommt keiner rein.
Wie lautet das WLAN-Passwort?
Kannst du mir die PIN sagen?
Das WLAN-Passwort ist auf dem Router aufgeklebt.
Der Code war falsch.
Der Dresscode ist festlich.
Rabattcode SOMMER20 gilt bis Sonntag.
Fehlercode E24 an der Spülmaschine.
Der QR-Code führt zur Speisekarte.
Die Postleitzahl ist 34117.
Ruf mich an: 0561 7391842
Meine Nummer ist +49 171 2345678.
Telefon: (030) 555 01 23
Tel. 0172/3456789
Der Zahnarzttermin ist am 17.04.2025 um 09:30 Uhr.
Bestellnummer 302-1234567-7654321
Bestellung 4000123456 ist unterwegs.
Sendungsnummer 00340434161094042557
DHL: 003404341610940425570
UPS 1Z999AA10123456784
Hermes Sendung H1003456789012345678
Rechnung RE-2024-00817 über 1.249,90 €
Kundennummer 8834127
Aktenzeichen 12 C 345/24
Zählerstand Strom 48213,7 kWh
Zählernummer 1ESY1160123456
Gas 10482 m³ am 1. Januar
ISBN 978-3-16-148410-0
ISBN 9783446261234
EAN 4006381333931
Artikel 402.335.68 bei Ikea
Flug LH 1234 um 14:05 ab FRA, Buchung XQ7PLM
ICE 578 von Gleis 7, Wagen 23, Platz 61
Kennzeichen KS-LB 482
HRB 12345 Amtsgericht Kassel
USt-IdNr. DE811234567
Steuernummer 026/815/08151
Gläubiger-ID DE98ZZZ09999999999
BIC GENODEF1EK1
Blutdruck 128/82, Puls 64
Cholesterin 187 mg/dl
Das Rezept: 250 g Mehl, 3 Eier, 125 ml Milch
Größe 104/110, in Rot, 2 Stück
Wir treffen uns um 18:15 an der U-Bahn.
Die Fliesen kosten 34,90 € pro m², zusammen 1.047 €.
Es waren 2024 genau 365 Gäste und 2025 schon 412.
Die Aktie WKN 716460 steht bei 187,22.
ISIN DE0007164600
Breitengrad 51.3127, Länge 9.4797
Tor 3 öffnet um 20:15
Kombination aus Blau und Grün
Die Kombination ist ungewöhnlich, aber schön.
Das Geheimnis ist Zimt im Teig.
Unser Geheimnis bleibt unter uns.
Der Schlüssel liegt unter der Matte.
Der Schlüssel zum Erfolg ist Geduld.
Token der Gemeinschaft: 3 Stück pro Familie
Das Zugangsjahr ist egal.
Login: geht wieder
Zugangsdaten: kommen per Post
Sicherheitsfrage beantwortet.
Bitte Passwort zurücksetzen.
Die Passwortabfrage erscheint dreimal.
Er hat die Prüfung mit 1,3 bestanden.
Die Hausnummer ist 4711, so wie das Kölnisch Wasser.
Version 2026.10.11549 ist da
Die Matrikelnummer lautet 7654321
Bibliotheksausweis 20391847
Mitgliedsnummer 5512-08
IP 192.168.178.1 ist die Fritzbox
MAC aa:bb:cc:dd:ee:ff
UUID 123e4567-e89b-12d3-a456-426614174000
IMG_20240512_143022_HDR.jpg
Rechnung_2024-05-12_Stadtwerke_Kassel_Abschlag.pdf
/home/lena/Bilder/2024/Urlaub_Bretagne/IMG_4711.jpg
https://www.example.org/artikel/2024/05/12/warum-der-garten-im-mai-so-schoen-ist
https://example.org/watch?v=dQw4w9WgXcQ
Donaudampfschifffahrtsgesellschaftskapitän
Wärmepumpenförderantrag2024
das ist mein ernst und ich meine es auch so wie ich es sage
heute war schön wir sind lange gelaufen und haben viel gelacht
gestern abend noch schnell einkaufen gehen dann kochen essen spülen schlafen
I forgot my password again.
The password is wrong.
The password is stronger than before.
Password: see the note on the fridge
Do you know the wifi password?
My password expired yesterday.
The password must be at least 12 characters.
I use a password manager called Bitwarden.
Please reset your password here.
The password is required to continue.
The password is too short.
PIN is required
The PIN arrives in a separate letter.
Enter your PIN at the till.
Pin this note to the board.
She wore a tan coat in 2019.
TAN lists are gone since 2019.
Use code WELCOME10 for 10% off
Promo code: SUMMER25
error code 404 again
The dress code is black tie.
area code 212
zip code 90210
The source code is on my laptop.
country code +44
Your order number is 112-7654321-9876543
Order #100248817 has shipped
Tracking: 9400 1000 0000 0000 0000 00
FedEx 7712 3456 7890
USPS 9405511899223197428490
Call me on 020 7946 0958
My number is (555) 010-4477
+1 202 555 0143
Invoice INV-20418 for $1,249.90
Meter reading 04821 on 3 May
ISBN 0-306-40615-2
Flight BA 117, seat 23A, booking ref 7HQ2LM
Account manager: 12 people
The meeting is at 10:30 in room 412.
My birthday is 08/03/1987.
Blood pressure 128/82
We paid 1250 dollars for 3 nights.
The secret is butter.
The secret is to let the dough rest.
It's no secret that he left.
The key is under the mat.
The key to success is patience.
Safe travels!
The combination is unusual.
The code compiles now.
The token gesture was kind.
Session 12: tokens of affection
Recipe: 2 cups flour, 3 eggs, 1 cup milk
The verification took 3 days.
Security code was wrong
She said the door code had changed.
The lock is stuck again.
iPhone 15 Pro Max 256GB
WPA2 is better than WEP.
C++20 and Python 3.11
see chapter 12, page 345
Covid test on 2021-12-24
Room 1204, 12th floor
v1.24.3-rc2 was released
user4711@example.org wrote back
the weather was lovely today and we walked along the river until late
eggs, milk, butter, flour, sugar, salt, bread, cheese, onions, garlic, pasta, rice
Team meeting moved to Thursday 14:00, room Lovelace
size 42, colour navy
commit 3f2c1ab fixes it
The 24 words of the poem rhyme.
He passed the exam with 87 points.
The passport is valid until 2031.
Der Pass ist bis 2031 gültig.
Das Wort des Jahres ist umstritten.
Die Seed-Phrase gehört in den Safe.
The recovery phrase is in the safe.
Die Zahl des Tages: 42
Der Strichcode ist unleserlich.
Unser Haustürschloss klemmt.
Das Fahrradschloss kostet 49,90 €.
Der Safe war offen.
Piet hat 3-mal angerufen.
Nächste Woche kommt der Maurer um 7 Uhr 30.
Wir haben 12 Teller, 24 Gläser und 6 Schüsseln.
Die Heizung steht auf 21,5 Grad.
Der Verein hat 1372 Mitglieder.
Kapitel 7, Vers 12-15
Losnummer 123456 hat gewonnen
Startnummer 2048 beim Marathon
Termin 482 im Bürgeramt, Wartenummer B117
Gewicht 3480 g, Größe 52 cm
Die Kundenkarte hat 4820 Punkte.
Am 24. Dezember 2024 waren es 12 Grad.
Jahrgang 1987, Schuhgröße 43
PayPal-Transaktion 4RT12345AB678901C
Bahncard 7081 4101 2345 6789
Payback 308 342 1234 5678
Fahrgestellnummer WVWZZZ1JZXW000001
IMEI 356938035643809
Girokonto eröffnet am 3. März
Wie ist das Passwort?\\nMoment
[3] Sa 2025-03-08, 14:30, Tobi: Weißt du die PIN?\\n[4] Sa 2025-03-08, 14:32, Lena: Nein, frag Papa.
Wer hat den Code?\\n[4] Sa 2025-03-08, 14:32, Lena: Ich komme um 17:30 und bringe 3 Kuchen mit.
"""

LATER_SECRETS = """\
Falls du ins Netz willst: Passwort is ⟦Krabbenbrot12⟧
ps: das wlan heißt Waldhaus und das passwort ⟦Fichtennadel3⟧
Das Kennwort vom Onlinebanking habe ich geändert, es lautet nun ⟦Quitte_2026⟧
Merk dir bitte: Tresor ⟦4-19-33⟧ Code
Kannst du dir die PIN ⟦5830⟧ merken?
Deine neue PIN: ⟦60 17⟧
Handy-PIN von Oma = ⟦1942⟧
SIM-PIN ⟦0000⟧ und PUK ⟦11223344⟧
Die Geheimnummer lautet wie immer ⟦2718⟧
EC-Karte: ⟦8841⟧ ist die Geheimzahl, nicht aufschreiben!
TAN: ⟦556 901⟧ (Auftrag über 45,00 EUR)
Ihr Einmalcode für die Anmeldung lautet ⟦904417⟧.
Dein Freischaltcode ist ⟦K7P2-9QX⟧
Für die Haustür tippst du den Türcode ⟦7788⟧ ein
Garagencode: ⟦1590⟧
Das Zahlenschloss am Koffer hat die Kombination ⟦345⟧
Zugangscode Sauna ⟦2244⟧
WLAN: Name Seeblick, Schlüssel egal, Passwort „⟦Morgentau am Steg⟧“
Mein Masterpasswort lautet "⟦Sieben Zwerge 7⟧".
Passwort ist noch immer ⟦Gartenzaun⟧, oder?
Benutzername: piet.k  Kennwort: ⟦dinosaurier⟧
Zugangsdaten Portal: piet / ⟦Schildkröte⟧
der api key für die wetterstation: ⟦c0ffee12babe34dead56beef78⟧
Bitte auf IBAN ⟦DE41500105170123456789⟧ überweisen
Kontoverbindung ⟦FR14 2004 1010 0505 0001 3M02 606⟧
Meine Karte: ⟦4000001234567899⟧, CVC ⟦318⟧
Steuer-Identnummer ⟦86 574 902 302⟧
SV-Nummer ⟦53 270139 W 032⟧
KV-Nr. ⟦A123456780⟧
Wiederherstellungscode ⟦9FKD-22LM-QQ81⟧
Die Wallet-Wörter, nie weitergeben! Seed: ⟦wolke stein regen feder lampe segel kranz nebel fjord gabel apfel birne⟧
Passphrase ist „⟦Der Igel trinkt Tee um vier⟧“
Den Code zum Schlüsselkasten habe ich auf ⟦4096⟧ gestellt
PIN für die Garage ist ⟦null acht eins fünf⟧
Kennwort bleibt ⟦Apfelstrudel⟧.
The guest wifi is Lighthouse and the password is ⟦seagull-44⟧
password = ⟦velvet_hammer⟧
new password ⟦Tulip#88⟧
Her password used to be ⟦Whiskers9⟧
pass: ⟦oatmeal⟧
his phone PIN is ⟦5566⟧, don't tell
The PIN on the alarm panel: ⟦2013⟧
You need ⟦8891⟧, that's the gate code
use ⟦447120⟧ as the verification code
Your Acme login code is ⟦338 172⟧
Enter the access code ⟦59021⟧ when asked
Code to the lockbox: ⟦0 4 2 7⟧
garage code's ⟦1122⟧
My bank password is "⟦Grandma's blue door⟧"
backup codes ⟦7712-9981⟧ ⟦1029-4756⟧
The seed words are ⟦silver tiger ocean violet garden music apple river stone cloud paper lemon⟧
security code on the back is ⟦904⟧
Visa ⟦4111-2222-3333-4448⟧
Mastercard ⟦5105 1051 0510 5100⟧ thanks
Discover ⟦6011000990139424⟧
account ⟦GB29 NWBK 6016 1331 9268 19⟧
IBAN NL: ⟦NL91ABNA0417164300⟧
social ⟦457-55-5462⟧
token=⟦Zk3mQ9vR7tYx2Lp8⟧
x-api-key: ⟦a8f5f167f44f4964e6c998dee827110c⟧
HF token ⟦hf_·aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789⟧
npm ⟦npm_·a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8⟧
⟦glpat-·aB1cD2eF3gH4iJ5kL6mN⟧ is the gitlab one
SENDGRID ⟦SG·.aBcDeFgHiJkLmNoPqRsTuV.wXyZ0123456789aBcDeFgHiJkL⟧
bot ⟦1234567890:AAF·abcdefGHIJKLmnopQRSTuvwxYZ0123456⟧
mysql://root:⟦toor⟧@10.0.0.5/shop
Set-Cookie: ⟦auth=kd83jf93kf03; Path=/⟧
https://share.example.org/d/⟦1aZ9xW8vU7tS6rQ5pO4nM3lK2⟧/view
The Wi-Fi key: ⟦lavender-fields⟧
the secret question answer aside, the passcode is ⟦9173⟧
"password":"⟦pineapple⟧"
PASSWORD: ⟦ILOVEBREAD⟧
- Kennwort Spotify: ⟦discokugel⟧
Router-Passwort (Rückseite): ⟦73920184756⟧
"""

LATER_ORDINARY = """\
Wer hat das Passwort geändert?
Das Passwort steht im Ordner.
Das Passwort ist bei Tobi.
Das Passwort ist das gleiche wie immer.
Passwort bitte per Telefon durchgeben.
Passwörter gehören nicht in den Chat.
Das Kennwort lautet leider anders als gedacht.
Ein gutes Passwort ist lang.
Das Passwort ist nicht mehr gültig.
Die PIN ist gesperrt.
Die PIN wurde mir 2024 zugeschickt.
Meine PIN vergesse ich dauernd.
Nach 3 Versuchen ist die PIN weg.
Gib die PIN nie weiter!
Die TAN kam um 14:32 Uhr.
PIN-Brief angekommen.
Der Code steht auf der Rückseite.
Der Code wird per SMS geschickt.
Der Türcode wurde geändert.
Alarmanlage um 23:15 Uhr ausgelöst.
Bestätigungscode nicht erhalten.
Gutscheincode OSTERN2025 einlösen
Buchungscode XK7P2L am Schalter zeigen
Die Kombination aus 3 Farben gefällt mir.
Die Kreditkarte ist abgelaufen.
Meine IBAN hat sich geändert.
Die IBAN hat 22 Stellen.
Lena hat am 3.5.2024 um 7:45 Uhr angerufen, 0171-9876543.
Mobil: +43 664 1234567
Büro 0511 / 33 44 55
Fax 05601 92 83 71
Die Firma hat 120 Mitarbeiter und 4 Standorte.
Paket 1Z 999 AA1 01 2345 6784 liegt beim Nachbarn
GLS 50412345678
Bestellung #2024-118273 storniert
Rechnungsnummer 20240512-0815
Vertragsnummer 123456789012
Versicherungsschein 12.345.678.9
Wasserzähler 00412,8 m³
Zählpunkt DE0001234567800000000000001234567
Strom: 3.482 kWh, Abschlag 94,00 €
ISBN 978-3-423-08235-8
Buchsignatur 830/4711
Die Wanderung war 12,4 km lang, 634 Höhenmeter.
Bus 500 um 6:58
Sitzplatz 12A, Gate B44
Wagen 4711-08
Gewinnzahlen: 3, 17, 22, 31, 40, 44
Rezept für 4 Personen: 800 g Kartoffeln, 2 Zwiebeln
Blutgruppe 0 positiv, Eisen 87
Der Schlüsseldienst kostete 180 €.
Das ist streng geheim, sag nichts.
Ihr größtes Geheimnis: Muskat.
Tokenring gab es in den Neunzigern.
Windows11 und Office365 sind installiert.
DSGVO Art. 6 Abs. 1
§ 823 BGB
Postfach 10 20 30, 34010 Kassel
Am 01.01.2026 steigt der Beitrag auf 12,50 €.
Mein Geburtstag ist der 14.02.1979.
Klasse 7b, Raum 204
Die Turnhalle hat die Nummer 3.
Der Akku hat noch 37 %.
Wohnung 12, 3. Stock links
Foto_0815_final2.png
Das Kennzeichen war HX-AB 123.
unsere alte nummer war 05671 4433
ich komme gegen acht und bringe brot käse wein oliven tomaten mit
morgen früh kurz vor neun treffen alle kinder oma opa tante onkel zusammen
What's the door code again?
I can't remember my PIN.
Your password has been changed.
The password was in my notebook.
A good password is long.
Please don't share your password.
The password is on the sticker.
Password changed successfully.
PINs are boring.
The code arrives by text message.
The gate code changed last week.
Security codes are annoying.
The confirmation code never came.
Discount code TAKE20 ends Sunday
Coupon SPRING-2025
Booking reference QX7P2L, flight EI 332
The combination of mint and lime works.
My credit card expired in 2024.
The IBAN was wrong.
Phone: 0161 496 0000
Call +44 20 7946 0991 before 5pm
(212) 555-0187 is the office
Order 7734-221 arrives on 12/05
Tracking number 1Z999AA10123456784
Royal Mail AB123456785GB
Parcel 420941099405511899223197428490
Meter: 10482.7 kWh
Account balance 1,482.77 GBP
Invoice #2024-0099, due 30 days
It costs $19.99 or £15.
The trail is 12.4 miles with 634 feet of climb.
Room 204 at 9:15
Score 3-2 after 120 minutes
Chapter 12:7
Model WH-1000XM5 headphones
Samsung Galaxy S24 Ultra 512GB
The number 42 bus
My locker is number 118.
Winning numbers: 3, 17, 22, 31, 40, 44
He ran 10k in 48:12.
VAT number GB123456789
Company number 01234567
Passport control took 45 minutes.
Passing the exam was easy.
Keys are with the neighbour.
Secret Santa is on Friday.
Our secret garden is lovely.
Tokens for the carousel cost 2 euros.
https://example.org/recipes/grandmas-apple-pie?servings=4
docs/how-it-works.md#the-rooms
She turned 40 in 2019.
we met anna ben carla and dave near the old bridge then had lunch
"""

LAST_SECRETS = """\
Ich schreib dir schnell das WLAN: Netz Kombuese, Passwort Matrosenliebe9 halt ⟦Matrosenliebe9⟧
Oma hat ihre PIN immer im Portemonnaie, es ist die ⟦2468⟧.
Bitte nicht vergessen, die neue Alarm-PIN ist seit Montag ⟦90210⟧.
Streaming-Passwort (Familie): ⟦wir4imBett!⟧
Passwort für den Laptop von Piet → ⟦dino-roar-3⟧
Kennwort=⟦hollerblüte⟧
Das alte Passwort war ⟦Sonnenblume⟧, das neue weiß ich nicht.
Mit der TAN ⟦118 204⟧ habe ich es freigegeben.
Schließfach 12, Code ⟦4471⟧
Briefkastenschloss: ⟦8-3-5⟧
Die Zahlenkombination vom Koffer: ⟦0 7 1⟧
SMS: Ihr Code ist ⟦660913⟧. Gültig 10 Minuten.
123456 steht nicht, aber ⟦938271⟧ ist dein Anmeldecode
Elster-Zertifikat Passwort „⟦Papierkram ahoi⟧“
Hier die Bankverbindung: Lena Beispiel, ⟦DE18 1203 0000 0012 3456 78⟧, DKB
VISA ⟦4000 0012 3456 7899⟧ 09/27
idnr ⟦86 574 902 302⟧
RV-Nr ⟦12 190367 K 001⟧
Schlüsselsafe neben der Tür ⟦5318⟧
Fürs Wallet: Wiederherstellungsphrase = ⟦fjord gabel apfel birne wolke stein regen feder lampe segel kranz nebel⟧
API-Token: ⟦9c1f0e7d5b3a4f68⟧
ssh root@host mit Passwort ⟦alpen-gluehen⟧
Das Router-Kennwort steht auf ⟦Fr1tz!Box-77⟧
Please note the new alarm code: ⟦40417⟧
the garage pin's ⟦3141⟧
wifi pass is ⟦Bumblebee88⟧
her password: "⟦my cat is fat⟧"
I set the password to '⟦Tangerine#1⟧'
Passcode for the iPad is ⟦112358⟧
Safe: left ⟦32-18-04⟧
your one-time passcode is ⟦771 902⟧
Use ⟦829104⟧ to verify your account (code expires soon)
Mom's card PIN used to be ⟦1357⟧
login for the portal: tobi/⟦Spruce-12⟧
Credentials: admin / ⟦letmein99⟧
routing aside, IBAN is ⟦gb29 nwbk 6016 1331 9268 19⟧
Here's the API key I got: ⟦a3f9c27e-81bd4402f5e61c7a90⟧
api_secret: "⟦Zx81mQp4Lk20vNs7⟧"
ftp://backup:⟦pa55word⟧@nas.local/share
recovery key ⟦PX4T-99QK-LM2D-7HHA⟧
My master password is ⟦umbrella Tuesday marble⟧
the wifi is open but the admin password isn't: ⟦Kestrel_09⟧
"""

LAST_ORDINARY = """\
Das Passwort habe ich dir schon gegeben.
Das Passwort kennt nur Tobi.
Hat sich das Passwort geändert? Es geht nicht mehr.
Die neue PIN lag im Briefkasten.
Deine PIN ist unsicher, nimm eine andere.
Passwort und PIN bitte getrennt aufbewahren.
Der Code zum Öffnen kommt per Mail.
Das Schloss hat vier Ziffern.
Tor 4 ist gesperrt, bitte Tor 2 nehmen.
Safe gibt es im Zimmer 412.
Ich brauche den Schlüssel bis 18 Uhr.
Kombiticket 24,50 €, gültig bis 31.12.
Das Codewort im Spiel war lustig.
Der Coden-Kurs beginnt um 9.
Tanja kommt um 10, TANJA bringt Kuchen.
Pinnwand 120x80 cm bestellt
Die Spinne saß an Pin 13 des Arduino.
Unser Zugang zum Garten ist von der Straße aus.
Login klappt, danke!
Kontostand 1.234,56 € am 30.06.
Meine Schuhgröße ist 4711 mal nicht.
Rechnungsbetrag 482,19 EUR, Kundennr. 30918
Mitglied seit 1998, Nr. 004812
Losnummern 14-22-31 waren dabei
Fahrradcode der Polizei: wird eingraviert
Sicherheitscode der Karte nie weitergeben!
The pin on the map shows our house.
She passed 1200 metres at noon.
Our password policy changed in 2023.
Password managers are worth it.
The code of conduct has 12 points.
Lock the door at 2200 hours.
The safe word is a joke between us.
Gate 14 closes at 17:45.
The combination of 3 herbs is nice.
The token costs 5 dollars.
Access to building 12 is restricted.
My login doesn't work.
His secret ingredient is lemon.
The key is in C major.
Verification took 14 days.
There are 365 codes in the booklet.
"""
