"""Clauses that oblige no software: each is a clause of the terms, has a reason in both languages, and no rule."""

import pytest
from django.conf import settings

from accounts.management.commands.clauses import evidence_in, terms
from accounts.queries.enforcement import import_rules
from accounts.queries.unbound import unbound
from upstage_console.kernel.clauses import Clause, registry


def test_every_unbound_clause_is_a_clause_of_the_terms():
    known = {str(clause) for clause in terms(settings.BASE_DIR / "accounts" / "data" / "terms")}
    assert set(unbound()) - known == set()


def test_a_clause_is_unbound_or_has_a_rule_never_both():
    import_rules()
    assert {code for code in unbound() if Clause.parse(code) in registry()} == set()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_unbound_clause_says_why(language):
    assert all(why[language].strip() for why in unbound().values())


def test_an_unbound_clause_lacks_nothing():
    row = evidence_in(settings.BASE_DIR).row(Clause.parse("upstage/2.11"))
    assert (row.lacks, bool(row.unbound)) == ((), True)
