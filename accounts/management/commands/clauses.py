"""`manage.py clauses`: clause → rules → tests, so that a clause nobody enforces or proves is visible.

A rule is what `@enforces` registers; a test is a pytest function marked `clause("upstage/15.3")` or a scenario that
lists the clause. A citation counts for the clause itself, for the items inside it, and for the paragraph around it; a
whole article is never taken for all of its paragraphs.
"""

import ast
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from upstage_console.kernel.clauses import Clause, registry
from upstage_console.kernel.errors import InvalidClause

FLOORS = ("rules", "queries", "services")
"""The floors of an app on which something can enforce a clause."""

Citations = Mapping[Clause, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One clause, what enforces it, what proves it, and which of the two (`rule`, `test`) it lacks."""

    clause: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    lacks: tuple[str, ...]


class Command(BaseCommand):
    """Print the clauses of the terms with their rules and tests."""

    help = "Clause → rules → tests, so that a clause without either is visible."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only clauses that lack a rule or a test")
        parser.add_argument("--json", action="store_true", help="the same as data")

    def handle(self, *, missing: bool, json: bool, **_options: Any) -> None:
        titles = terms(Path(apps.get_app_config("accounts").path) / "data" / "terms")
        import_rules()
        rules, tests = registry(), proofs(Path(settings.BASE_DIR))
        rows = [row_of(clause, rules, tests) for clause in sorted(titles)]
        shown = [row for row in rows if row.lacks or not missing]
        strangers = sorted(cited for cited in {*rules, *tests} if cited not in titles)
        if json:
            self.stdout.write(as_json(shown, strangers))
        else:
            self.print_rows(shown, titles)
            self.print_summary(rows, strangers)

    def print_rows(self, rows: Iterable[Row], titles: Mapping[Clause, str]) -> None:
        heading = ""
        for row in rows:
            clause = Clause.parse(row.clause)
            article = f"{clause.document}/{clause.article}  {titles[clause]}"
            if article != heading:
                self.stdout.write(self.style.MIGRATE_HEADING(article))
            heading = article
            self.print_row(row)

    def print_row(self, row: Row) -> None:
        lacks = {"rule": _("no rule"), "test": _("no test")}
        notes = ", ".join(lacks[kind] for kind in row.lacks)
        self.stdout.write(f"  {row.clause}" + (self.style.WARNING(f"  – {notes}") if notes else ""))
        for kind, names in ((_("rule"), row.rules), (_("test"), row.tests)):
            for name in names:
                self.stdout.write(f"    {kind}  {name}")

    def print_summary(self, rows: list[Row], strangers: Iterable[Clause]) -> None:
        for cited in strangers:
            self.stdout.write(
                self.style.ERROR(_("%(clause)s is cited, but is no clause of the terms") % {"clause": cited})
            )
        lacking = [row.lacks for row in rows]
        summary = _(
            "%(all)d clauses: %(no_rule)d without a rule, %(no_test)d without a test, %(neither)d without either"
        )
        self.stdout.write(
            summary
            % {
                "all": len(rows),
                "no_rule": sum("rule" in lacks for lacks in lacking),
                "no_test": sum("test" in lacks for lacks in lacking),
                "neither": sum(len(lacks) == 2 for lacks in lacking),
            }
        )


def terms(folder: Path) -> dict[Clause, str]:
    """Each clause of the terms with the title of its article, in the language that is active."""
    title = "title_en" if (get_language() or "").startswith("en") else "title_ko"
    articles = [article for path in sorted(folder.glob("*.yaml")) for article in read(path)["articles"]]
    return {Clause.parse(clause["code"]): article[title] for article in articles for clause in article["clauses"]}


def import_rules() -> None:
    """Import whatever may enforce a clause, for only then is it in the registry."""
    names = [f"{config.name}.{floor}" for config in apps.get_app_configs() for floor in FLOORS]
    for module in (import_module(name) for name in names if find_spec(name)):
        for found in walk_packages(getattr(module, "__path__", []), f"{module.__name__}."):
            import_module(found.name)


def proofs(base: Path) -> Citations:
    """The tests and scenarios below `tests/`, by the clauses they cite, as paths from `base`."""
    found: dict[Clause, list[str]] = {}
    for path in sorted((base / "tests").rglob("test_*.py")):
        for name, code in marks(ast.parse(path.read_text())):
            cite(found, code, f"{path.relative_to(base)}{name}")
    for path in sorted((base / "tests" / "scenarios").rglob("*.yaml")):
        for code in read(path).get("clauses") or ():
            cite(found, str(code), str(path.relative_to(base)))
    return {clause: tuple(names) for clause, names in found.items()}


def cite(found: dict[Clause, list[str]], code: str, name: str) -> None:
    try:
        found.setdefault(Clause.parse(code), []).append(name)
    except InvalidClause as error:
        raise CommandError(f"{name}: {error}") from error


def marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The marks `clause(…)` of a test module: (`::name` of what is marked, or nothing for the module itself; code)."""
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from ((f"::{node.name}", code) for mark in node.decorator_list for code in codes(mark))
            case ast.Assign(targets=[ast.Name(id="pytestmark")]):
                yield from (("", code) for code in codes(node.value))


def codes(mark: ast.expr) -> Iterator[str]:
    for node in ast.walk(mark):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="clause")):
                yield from (
                    code.value for code in node.args if isinstance(code, ast.Constant) and isinstance(code.value, str)
                )


def row_of(clause: Clause, rules: Citations, tests: Citations) -> Row:
    """The clause with what cites it by its own code; what cites it by way of another only counts against a lack."""
    lacks = tuple(
        kind for kind, cited in (("rule", rules), ("test", tests)) if not any(counts(c, clause) for c in cited)
    )
    return Row(str(clause), rules.get(clause, ()), tests.get(clause, ()), lacks)


def counts(cited: Clause, clause: Clause) -> bool:
    return clause.covers(cited) or (cited.paragraph > 0 and cited.covers(clause))


def read(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path)
    except YAMLError as error:
        raise CommandError(f"{path}: {error}") from error


def as_json(rows: Iterable[Row], strangers: Iterable[Clause]) -> str:
    """The rows, and the cited codes that are no clauses of the terms, as a JSON object."""
    content = {"clauses": [asdict(row) for row in rows], "unknown": [str(cited) for cited in strangers]}
    return json.dumps(content, ensure_ascii=False, indent=2)
