"""Everything that can go wrong, as one tree; each error is a sentence for a person and, where there is one, a way out.

VertrautError
├── RequestError                what was asked for cannot be done as asked
│   ├── NoSuchSpace, SpaceExists, NoSuchEntry, NothingSelected
│   ├── BadSetting, BadTime, BadQuery, BadFilter
│   ├── NoSuchDelivery, TooManyFiles, NoRoom
│   └── NotAllowed, NoSuchToken, TokenNameTaken, NoSuchDevice, BadModel, PreviewGone, NothingSent
├── InputError                  a file or folder that was given cannot be used at all
│   └── UnreadablePath, BadExport, BadCases
├── AccessError                 the key is not there or not right
│   ├── MasterKeyMissing, PassphraseNeeded, WrongPassphrase
│   └── SpaceKeyMissing, SpaceKeyDamaged
├── VaultError                  the vault's file is not what it should be
│   ├── VaultMissing, VaultUnreadable, VaultTruncated, VaultTooNew
│   └── LedgerBroken, IndexOutdated
├── StorageError                the machine could not do it
│   └── DiskFull, VaultBusy, StorageFailed, AddressTaken
└── ModelError                  no language model could answer
    ├── NoModel, NoSuchModel, ModelUnavailable, ExtraMissing
    └── ConsentNeeded, CeilingReached

Bad rows inside a readable file are not errors but values: see ``vertraut.sources.Problem``. The interfaces map this
tree to exit codes and statuses, in one place each.
"""

from __future__ import annotations

from pathlib import Path


class VertrautError(Exception):
    """An error that a person can understand. ``sentence`` says what happened, ``way_out`` what helps (or "")."""

    def __init__(self, sentence: str, way_out: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.way_out = way_out


class RequestError(VertrautError):
    """What was asked for cannot be done as asked."""


class NoSuchSpace(RequestError):
    """A space of this name was never made in this home."""

    def __init__(self, name: str, home: Path) -> None:
        super().__init__(
            f"There is no space named {name!r} in {home}.",
            "Import something into it first; `vertraut stats` lists the spaces there are.",
        )
        self.name = name
        self.home = home


class SpaceExists(RequestError):
    """A new space was asked for under a name that is taken."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The space {name!r} already holds something.", "Choose another name with --space.")
        self.name = name


class NoSuchEntry(RequestError):
    """No entry has this number, or it was forgotten."""

    def __init__(self, number: int, *, forgotten: bool = False) -> None:
        why = "was forgotten" if forgotten else "does not exist"
        super().__init__(f"Entry {number} {why}.")
        self.number = number
        self.forgotten = forgotten


class NothingSelected(RequestError):
    """A selection for forgetting names nothing, or names nothing that exists."""

    def __init__(self, sentence: str = "Nothing in memory matches this selection.") -> None:
        super().__init__(sentence, "Select by id, thread, source, author or time range.")


class BadSetting(RequestError):
    """A setting has a value that it cannot have."""

    def __init__(self, name: str, value: object, why: str, place: str) -> None:
        super().__init__(f"The setting {name} in {place} cannot be {value!r}: {why}.")
        self.name = name
        self.value = value
        self.place = place


class BadTime(RequestError):
    """A date or time that was given cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is not a date.", 'Write 2025-03-08, 2025-03, 2025-03-08T14:30, or a time in words ("last summer").'
        )
        self.text = text


class BadQuery(RequestError):
    """A question without anything to look for."""

    def __init__(self) -> None:
        super().__init__("The question is empty.", "Ask with at least one word.")


class BadFilter(RequestError):
    """A filter in a question, or an option like it, that says nothing to go by: no such kind, no word, no closing quote."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} cannot be used as a filter.",
            'Possible are from:Name, with:Name, in:Place, before:2025-03, after:"last summer", "exact words", -word and '
            "kind: with message, mail, event, task, note, chat, call, photo, notification, contact or document.",
        )
        self.text = text


class NotAllowed(RequestError):
    """An actor asked for what none of its scopes allows."""

    def __init__(self, actor: str, scope: str) -> None:
        super().__init__(
            f"The actor {actor} may not do this: it needs the scope {scope!r}.", "Make a token that has this scope."
        )
        self.actor = actor
        self.scope = scope


class NoSuchToken(RequestError):
    """No valid token has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no token named {name!r}.", "`vertraut token list` shows which there are.")
        self.name = name


class NoSuchDevice(RequestError):
    """No device with this number is signed in."""

    def __init__(self, number: int) -> None:
        super().__init__("This device is not signed in.", "The page on privacy shows which are.")
        self.number = number


class TokenNameTaken(RequestError):
    """A new token was asked for under a name that another one has."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The name {name!r} is taken.", f"Choose another one, or revoke that token: `vertraut token revoke {name}`."
        )
        self.name = name


class NothingSent(RequestError):
    """No request left this machine under this number, or its words were forgotten."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Nothing that left this machine has the number {number}.", "`vertraut outbox` shows what there is."
        )
        self.number = number


class BadModel(RequestError):
    """A model cannot be set up as it is described."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The model {name!r} cannot be set up so: {why}.", "`vertraut model add --help` shows what is needed."
        )
        self.name = name


class PreviewGone(RequestError):
    """What was to be forgotten was not shown before: not to this actor, not lately, or it was forgotten since."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such preview: it was used, is older than ten minutes, or shows something else.",
            "Ask for a new preview first.",
        )


class NoSuchDelivery(RequestError):
    """Files that were being brought are not here any more, or a piece of one does not follow what is here."""

    def __init__(self) -> None:
        super().__init__("What was being brought in is not here any more.", "Choose the files again.")


class TooManyFiles(RequestError):
    """More files were announced at once than are received through a browser."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"These are more than {most:,} files.", "Bring them in parts, as a ZIP archive, or with `vertraut import`."
        )
        self.most = most


class NoRoom(RequestError):
    """Files are larger than what is left on the disk; megabytes."""

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(
            f"There is not enough room: taking this in needs {needed:,} MB, and {free:,} MB are free.",
            "Free some space on the machine where Vertraut runs, or bring less at a time.",
        )
        self.needed = needed
        self.free = free


class InputError(VertrautError):
    """A file or folder that was given cannot be used at all."""


class UnreadablePath(InputError):
    """A path that does not exist or must not be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")
        self.path = path


class BadExport(InputError):
    """A folder that claims to be a Vertraut export is damaged, incomplete or of a later version."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The export in {path} cannot be taken in: {why}.")
        self.path = path


class BadCases(InputError):
    """A folder of evaluation cases that cannot be read; names the file and line."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}.")
        self.path = path


class AccessError(VertrautError):
    """The key is not there or not right."""


class MasterKeyMissing(AccessError):
    """The master key that this home names is gone from where it should be."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The master key is missing: {where}.",
            "Put it back from your copy. Without it the vaults of this home cannot be opened by anyone.",
        )


class PassphraseNeeded(AccessError):
    """The master key comes from a passphrase, and none was given."""

    def __init__(self) -> None:
        super().__init__(
            "This home is locked with a passphrase.",
            "Type it when asked, or name a file that holds it in VERTRAUT_PASSPHRASE_FILE.",
        )


class WrongPassphrase(AccessError):
    """The passphrase does not open the home."""

    def __init__(self) -> None:
        super().__init__("The passphrase is not right.")


class SpaceKeyMissing(AccessError):
    """A vault is there, but not the wrapped key that opens it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key of this space is missing: {path}.",
            "Put the file back from a backup; the vault beside it is untouched.",
        )
        self.path = path


class SpaceKeyDamaged(AccessError):
    """The wrapped key of a space was not made with this home's master key, or is damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The master key of this home does not open {path}.",
            "The file is damaged or belongs to another home; the vault beside it is untouched.",
        )
        self.path = path


class VaultError(VertrautError):
    """The vault's file is not what it should be."""


class VaultMissing(VaultError):
    """The key of a space is there, but its vault is gone."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The vault is gone: {path}.",
            "Put it back from a backup. No empty vault was made in its place.",
        )
        self.path = path


class VaultUnreadable(VaultError):
    """The file is no vault of this space: foreign, damaged, or encrypted with another key."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be opened as this space's vault: {why}.", "Restore it from a backup.")
        self.path = path
        self.why = why


class VaultTruncated(VaultError):
    """The file is shorter than it says it is."""

    def __init__(self, path: Path, expected: int, found: int) -> None:
        super().__init__(
            f"{path} is cut off: it should have {expected:,} bytes and has {found:,}.",
            "Restore it from a backup. The file was not changed.",
        )
        self.path = path
        self.expected = expected
        self.found = found


class VaultTooNew(VaultError):
    """The vault was written by a later version."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"{path} has schema {version}; this version of Vertraut knows schemas up to {known}.",
            "Install a newer Vertraut.",
        )
        self.path = path


class LedgerBroken(VaultError):
    """The chain does not verify: a record was changed outside Vertraut, or is missing."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"The ledger is broken at record {seq}: {why}.", "Restore the vault from a backup.")
        self.seq = seq
        self.why = why


class IndexOutdated(VaultError):
    """The index was built by other rules than this version's."""

    def __init__(self) -> None:
        super().__init__("The index was built by another version of Vertraut.", "Run `vertraut rebuild`.")


class StorageError(VertrautError):
    """The machine could not do it."""


class DiskFull(StorageError):
    """No space left; what was acknowledged before is kept."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk is full: {path} could not grow.",
            "Everything up to the last completed batch is kept. Free some space and run the same command again.",
        )
        self.path = path


class VaultBusy(StorageError):
    """Another process held the vault for too long."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(
            f"Another process kept {path} busy for more than {seconds:.0f} seconds.",
            "Try again when it is done.",
        )
        self.path = path


class StorageFailed(StorageError):
    """The file system refused to read or write."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} could not be read or written: {why}.")
        self.path = path


class AddressTaken(StorageError):
    """The network address to listen on is in use, or not ours to use."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"Nothing can listen on {host}, port {port}: {why}.", "Choose another port with --port.")
        self.host = host
        self.port = port


class ModelError(VertrautError):
    """No language model could answer."""


class NoModel(ModelError):
    """No language model is set up."""

    def __init__(self) -> None:
        super().__init__("No language model is set up.", "`vertraut model add` sets one up; without one answers are quotes.")


class NoSuchModel(ModelError):
    """No model of this name is set up."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no model named {name!r}.", "`vertraut model list` shows which there are.")
        self.name = name


class ModelUnavailable(ModelError):
    """A model could not be reached, was too slow, or refused."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The model {name} did not answer: {why}.", "Try again, or set up another one as a fallback.")
        self.name = name


class ExtraMissing(ModelError):
    """A provider needs packages that are not installed."""

    def __init__(self, name: str, extra: str) -> None:
        super().__init__(
            f"The model {name} needs packages that are not installed.", f"Run `pip install 'vertraut[{extra}]'`."
        )
        self.name = name
        self.extra = extra


class ConsentNeeded(ModelError):
    """Words would have left the machine for somebody to whom their person has not agreed."""

    def __init__(self, provider: str, purpose: str) -> None:
        super().__init__(
            f"You have not agreed that {provider} may get your words to {purpose}.",
            f"`vertraut consent grant {provider} {purpose}` agrees to it; it can be taken back at any time.",
        )
        self.provider = provider
        self.purpose = purpose


class CeilingReached(ModelError):
    """An actor has spent what it may spend on models this month."""

    def __init__(self, actor: str, ceiling: str) -> None:
        super().__init__(
            f"The {ceiling} US dollars that {actor} may spend on models this month are spent.",
            "Raise the setting model_ceiling, or go on with a model on this machine.",
        )
        self.actor = actor
        self.ceiling = ceiling
