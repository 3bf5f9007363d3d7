"""`manage.py clauses`: clause → rules → tests, so that a clause nobody enforces or proves is visible.

A rule is what `@enforces` registers; a test is a pytest function marked `clause("upstage/15.3")` or a scenario that
lists the clause. A scenario that waits for actions nobody has written yet is shown, but proves nothing. A citation
counts for the clause itself, for the items inside it, and for the paragraph around it; a whole article is never taken
for all of its paragraphs.
"""

import ast
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from accounts.queries.enforcement import import_rules
from accounts.queries.unbound import unbound
from upstage_console.kernel.clauses import Clause, registry
from upstage_console.kernel.errors import InvalidClause
from upstage_console.scenarios.checking import Plan
from upstage_console.scenarios.playing import plan_of
from upstage_console.scenarios.problems import ScenarioError

Citations = Mapping[Clause, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One clause, what enforces it, what proves it, what will, and which of the first two (`rule`, `test`) it lacks.

    A clause that obliges no software lacks nothing; `unbound` says why.
    """

    clause: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    waiting: tuple[str, ...]
    lacks: tuple[str, ...]
    unbound: str = ""


@dataclass(frozen=True)
class Evidence:
    """All citations: by rules, by tests and scenarios that run, by scenarios that wait."""

    rules: Citations
    tests: Citations
    waiting: Citations

    @property
    def cited(self) -> set[Clause]:
        return {*self.rules, *self.tests, *self.waiting}

    def row(self, clause: Clause) -> Row:
        """The clause with what cites it by its own code; what cites it by another only counts against a lack."""
        floors = {"rule": self.rules, "test": self.tests}
        lacks = tuple(kind for kind, citations in floors.items() if not any(counts(c, clause) for c in citations))
        rules, tests, waiting = (citations.get(clause, ()) for citations in (self.rules, self.tests, self.waiting))
        why = unbound().get(str(clause), {})
        return Row(str(clause), rules, tests, waiting, () if why else lacks, why.get(language(), ""))


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
        evidence = evidence_in(Path(settings.BASE_DIR))
        rows = [evidence.row(clause) for clause in sorted(titles)]
        shown = [row for row in rows if row.lacks or not missing]
        strangers = sorted(evidence.cited - set(titles))
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
        if row.unbound:
            self.stdout.write("    " + _("binds no software: %(why)s") % {"why": row.unbound})
        for kind, names in ((_("rule"), row.rules), (_("test"), row.tests), (_("waiting"), row.waiting)):
            for name in names:
                self.stdout.write(f"    {kind}  {name}")

    def print_summary(self, rows: list[Row], strangers: Iterable[Clause]) -> None:
        for cited in strangers:
            self.stdout.write(
                self.style.ERROR(_("%(clause)s is cited, but is no clause of the terms") % {"clause": cited})
            )
        lacking = [row.lacks for row in rows]
        summary = _(
            "%(all)d clauses: %(no_rule)d without a rule, %(no_test)d without a test, %(neither)d without either, "
            "%(unbound)d that bind no software"
        )
        self.stdout.write(
            summary
            % {
                "all": len(rows),
                "no_rule": sum("rule" in lacks for lacks in lacking),
                "no_test": sum("test" in lacks for lacks in lacking),
                "neither": sum(len(lacks) == 2 for lacks in lacking),
                "unbound": sum(bool(row.unbound) for row in rows),
            }
        )


def terms(folder: Path) -> dict[Clause, str]:
    """Each clause of the terms with the title of its article, in the language that is active."""
    title = f"title_{language()}"
    articles = [
        article for path in sorted(folder.glob("*.yaml")) for article in YAML(typ="safe").load(path)["articles"]
    ]
    return {Clause.parse(clause["code"]): article[title] for article in articles for clause in article["clauses"]}


def language() -> str:
    """The language that is active: English, else Korean."""
    return "en" if (get_language() or "").startswith("en") else "ko"


def evidence_in(base: Path) -> Evidence:
    """What the imported rules and the tests and scenarios below `tests/` cite; tests by their path from `base`."""
    tests: dict[Clause, list[str]] = {}
    waiting: dict[Clause, list[str]] = {}
    for path in sorted((base / "tests").rglob("test_*.py")):
        for name, code in marks(ast.parse(path.read_text())):
            cite(tests, code, f"{path.relative_to(base)}{name}")
    for path in sorted((base / "tests" / "scenarios").rglob("*.yaml")):
        plan = planned(path)
        for code in plan.scenario.clauses:
            cite(waiting if plan.missing else tests, code, str(path.relative_to(base)))
    return Evidence(registry(), settled(tests), settled(waiting))


def planned(path: Path) -> Plan:
    try:
        return plan_of(path.read_text(), str(path))
    except ScenarioError as error:
        raise CommandError(str(error)) from error


def cite(found: dict[Clause, list[str]], code: str, name: str) -> None:
    try:
        found.setdefault(Clause.parse(code), []).append(name)
    except InvalidClause as error:
        raise CommandError(f"{name}: {error}") from error


def settled(found: Mapping[Clause, Iterable[str]]) -> Citations:
    return {clause: tuple(names) for clause, names in found.items()}


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


def counts(cited: Clause, clause: Clause) -> bool:
    return clause.covers(cited) or (cited.paragraph > 0 and cited.covers(clause))


def as_json(rows: Iterable[Row], strangers: Iterable[Clause]) -> str:
    """The rows, and the cited codes that are no clauses of the terms, as a JSON object."""
    content = {"clauses": [asdict(row) for row in rows], "unknown": [str(cited) for cited in strangers]}
    return json.dumps(content, ensure_ascii=False, indent=2)
