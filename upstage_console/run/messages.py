"""Message catalogues without GNU gettext: `python -m upstage_console.run.messages update|compile|check`.

The catalogues are `locale/<language>/LC_MESSAGES/django.po`; their sources are the calls of gettext in the code and
the translate tags of the templates. English is what the code says and has none.
"""

import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from upstage_console.embedded.places import PROJECT

LOCALES = PROJECT / "locale"
LANGUAGES = ("ko",)
HEADER = "# Messages of the Upstage Console; 'make messages' brings them up to date with the code."
FOLDERS = ("upstage_console", "accounts", "credits", "billing", "contracts", "templates")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def catalogues() -> list[Path]:
    """One per language."""
    return [LOCALES / language / "LC_MESSAGES/django.po" for language in LANGUAGES]


def language(path: Path) -> str:
    return path.parent.parent.name


def sources() -> Iterator[tuple[str, bytes]]:
    """Each file that may hold messages: its path in the project, and its text as Python."""
    for path in sorted(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield path.relative_to(PROJECT).as_posix(), path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield path.relative_to(PROJECT).as_posix(), _as_python(path.read_text())


def _as_python(template: str) -> bytes:
    """The template's messages as calls of gettext, and its indentation gone, which would mean something in Python."""
    return "\n".join(line.strip() for line in templatize(template).splitlines()).encode()


def used_messages() -> Catalog:
    """What the code and the templates say today."""
    catalogue = Catalog(charset="utf-8")
    for path, text in sources():
        for line, message, comments, context in extract("python", BytesIO(text), KEYWORDS, ("Translators:",)):
            catalogue.add(message, locations=[(path, line)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue as it stands; an empty one before the first."""
    if not path.exists():
        return Catalog(locale=language(path), header_comment=HEADER, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language(path))


def update() -> int:
    """Bring each catalogue up to date; what is new has an empty translation, what is unused goes."""
    used = used_messages()
    for path in catalogues():
        catalogue = read(path)
        used.creation_date = catalogue.creation_date
        catalogue.update(used, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, include_lineno=False, omit_header=False, sort_output=True)
        missing = sum(1 for message in catalogue if message.id and not is_translated(message))
        print(f"{path.relative_to(PROJECT)}: {len(catalogue)} messages, {missing} without a translation")
    return 0


def compile_all() -> int:
    """Write each catalogue's .mo unless it is newer than its source."""
    for path in filter(Path.exists, catalogues()):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime > path.stat().st_mtime:
            continue
        with compiled.open("wb") as file:
            write_mo(file, read(path))
    return 0


def check() -> int:
    """Say what each catalogue lacks; 1 if anything."""
    used = used_messages()
    faults = [fault for path in catalogues() for fault in faults_of(read(path), used, language(path))]
    print("\n".join(faults) or f"{len(used)} messages, {len(catalogues())} catalogues: complete.")
    return 1 if faults else 0


def faults_of(catalogue: Catalog, used: Catalog, name: str) -> Iterator[str]:
    """One sentence per message that is missing, untranslated, fuzzy, unused, or has lost a placeholder."""
    for wanted in used:
        message = catalogue.get(wanted.id, wanted.context) if wanted.id else None
        if wanted.id and (message is None or not is_translated(message)):
            yield f"{name}: no translation of {wanted.id!r} ({wanted.locations[0][0]})"
        elif message is not None and message.fuzzy:
            yield f"{name}: fuzzy translation of {wanted.id!r}"
        elif message is not None and not keeps_placeholders(message):
            yield f"{name}: other placeholders in the translation of {wanted.id!r}"
    for message in catalogue:
        if message.id and used.get(message.id, message.context) is None:
            yield f"{name}: nobody says {message.id!r} any more"


def is_translated(message: Message) -> bool:
    return all(_forms(message.string))


def keeps_placeholders(message: Message) -> bool:
    """The last form of a plural is the one that all languages have; a singular may leave its number out."""
    said, meant = (set(PLACEHOLDER.findall(_forms(part)[-1])) for part in (message.string, message.id))
    return said == meant


def _forms(part: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (part or "",) if isinstance(part, str | None) else tuple(part)


COMMANDS: dict[str, Callable[[], int]] = {"update": update, "compile": compile_all, "check": check}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
