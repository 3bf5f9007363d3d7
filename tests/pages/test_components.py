"""The parts pages are made of."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from upstage_console.kernel.clauses import Reason
from upstage_console.web.templatetags.components import clause_label

REASON = Reason(("upstage/15.3",), "무상 먼저", "free <first>", {})


def render(source: str, **context: object) -> str:
    loaded = "{% load components formats %}" + source
    request = RequestFactory().get("/")
    with translation.override("en"):
        return Template(loaded).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("code", "korean", "english"),
    [
        ("upstage/15.3", "이용약관 제15조 제3항", "Terms Art. 15(3)"),
        ("upstage/15-2.1", "이용약관 제15조의2 제1항", "Terms Art. 15-2(1)"),
        ("upstage/3.5.1", "이용약관 제3조 제5항 제1호", "Terms Art. 3(5)(1)"),
        ("rift/19", "Rift 약관 제19조", "Rift terms Art. 19"),
    ],
)
def test_clause_is_called_as_lawyers_call_it(code, korean, english):
    with translation.override("ko"):
        assert clause_label(code) == korean
    with translation.override("en"):
        assert clause_label(code) == english


def test_clause_leads_to_the_article_in_force():
    assert '<a class="clause" href="/terms/clause/upstage/15.3/">' in render('{% clause "upstage/15.3" %}')


def test_why_shows_the_stored_sentence_escaped_and_its_clause():
    shown = render("{% why reason %}", reason=REASON.as_json())
    assert "free &lt;first&gt;" in shown
    assert "/terms/clause/upstage/15.3/" in shown


def test_each_why_of_a_page_opens_its_own_panel():
    shown = render("{% why reason %}{% why reason %}", reason=REASON)
    assert [shown.count(f'popovertarget="why-{n}"') for n in (1, 2)] == [1, 1]
    assert [shown.count(f'id="why-{n}"') for n in (1, 2)] == [1, 1]


def test_why_without_a_reason_is_nothing():
    assert render("{% why reason %}", reason=None) == ""


def test_component_escapes_what_it_is_given():
    assert "<b>" not in render('{% component "stat" label=label figure=1 %}{% endcomponent %}', label="<b>")


@pytest.mark.parametrize(("day", "state"), [(9, "past"), (10, "soon"), (17, "soon"), (18, "")])
def test_deadline_is_marked_when_it_is_near_or_past(day, state):
    shown = render("{% deadline day today %}", day=date(2026, 2, day), today=date(2026, 2, 10))
    assert f'class="deadline {state}"' in shown


def test_chart_shows_the_same_figures_as_a_table():
    rows = [{"day": date(2026, 2, 10), "value": Decimal(12), "parts": [{"label": "OCR", "value": 12, "tone": 1}]}]
    shown = render('{% bar_chart rows "KRW" %}', rows=rows)
    assert shown.count("₩12") == 3  # the bar's title, its part and the total in the table
    assert "<svg" in shown


def test_chart_of_nothing_says_so():
    assert "<svg" not in render('{% bar_chart rows "KRW" %}', rows=[{"day": date(2026, 2, 10), "value": Decimal(0)}])
