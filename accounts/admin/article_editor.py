"""One article of a draft on one page: its clauses in Korean and English beside each other."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Article, Version
from accounts.rules.drafting import ARTICLE, ITEM, PARAGRAPH
from accounts.services import drafting
from accounts.services.drafting import ArticleDraft, Clause
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal

STEP = 10
"""Between the places of two clauses, so that another one fits in."""
SPARE = 2
"""Empty rows for new clauses."""
DEPTHS = (
    (PARAGRAPH, gettext_lazy("paragraph")),
    (ITEM, gettext_lazy("item of the paragraph above")),
    (ARTICLE, gettext_lazy("text without number")),
)


def area(rows: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


class ArticleForm(forms.Form):
    """The article itself."""

    code = forms.RegexField(
        r"^[1-9][0-9]*(-[1-9][0-9]*)?$", label=gettext_lazy("Number"), max_length=16, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("15, or 15-2 for an article put in between."),
    )  # fmt: skip
    title_ko = forms.CharField(label=gettext_lazy("Title (Korean)"), max_length=200, widget=UnfoldAdminTextInputWidget)
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    chapter_ko = forms.CharField(
        label=gettext_lazy("Chapter (Korean)"), max_length=80, required=False, widget=UnfoldAdminTextInputWidget
    )


class ClauseForm(forms.Form):
    """One clause; an empty one is left out."""

    place = forms.IntegerField(label=gettext_lazy("Place"), widget=UnfoldAdminIntegerFieldWidget)
    depth = forms.TypedChoiceField(
        label=gettext_lazy("Kind"), choices=DEPTHS, coerce=int, widget=UnfoldAdminSelectWidget
    )
    text_ko = forms.CharField(label=gettext_lazy("Korean"), required=False, widget=area(5))
    text_en = forms.CharField(label=gettext_lazy("English"), required=False, widget=area(5))
    digest_ko = forms.CharField(label=gettext_lazy("In plain words (Korean)"), required=False, widget=area(3))
    digest_en = forms.CharField(label=gettext_lazy("In plain words (English)"), required=False, widget=area(3))

    def clause(self) -> Clause | None:
        """What the row says, if anything."""
        given = self.cleaned_data
        texts = {name: given[name].strip() for name in ("text_ko", "text_en", "digest_ko", "digest_en")}
        return Clause(depth=given["depth"], **texts) if any(texts.values()) else None


ClauseForms = forms.formset_factory(ClauseForm, extra=SPARE, can_delete=True)


def edit_article(request: HttpRequest, version: Version, code: str, context: dict[str, Any]) -> HttpResponse:
    """The page of an article, or of a new one where `code` is `new`."""
    if version.published_at is not None:
        raise PermissionDenied
    article = None if code == "new" else version.articles.filter(code=code).first()
    if article is None and code != "new":
        raise Http404
    back = reverse("admin:accounts_version_change", args=[version.pk])
    if article is not None and "remove" in request.POST:
        drafting.remove_article(version.pk, code, by=request.user, at=clock.now())
        messages.success(request, _("Article %(code)s is taken out.") % {"code": code})
        return HttpResponseRedirect(back)
    form = ArticleForm(request.POST or None, initial=_initial(article))
    rows = ClauseForms(request.POST or None, initial=_rows(article), prefix="clause")
    if request.method == "POST" and form.is_valid() and rows.is_valid() and _saved(request, version, form, rows, code):
        return HttpResponseRedirect(back)
    shown = {
        "title": _("Article %(code)s") % {"code": code} if article else _("New article"),
        "version": version, "article": article, "form": form, "rows": rows,
        "back": back,
    }  # fmt: skip
    status = 409 if form.non_field_errors() else 200
    return TemplateResponse(request, "admin/terms/article.html", context | shown, status=status)


def _saved(request: HttpRequest, version: Version, form: ArticleForm, rows: Any, code: str) -> bool:
    kept = [row for row in rows if row.has_changed() or row.initial.get("text_ko") or row.initial.get("digest_ko")]
    kept = [row for row in kept if row.cleaned_data and not row.cleaned_data.get("DELETE")]
    kept.sort(key=lambda row: row.cleaned_data["place"])
    clauses = [clause for row in kept if (clause := row.clause()) is not None]
    article = ArticleDraft(**form.cleaned_data, clauses=clauses)
    was = "" if code == "new" else code
    try:
        drafting.write_article(version.pk, article, by=request.user, at=clock.now(), was=was)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Article %(code)s is written.") % {"code": article.code})
    return True


def _initial(article: Article | None) -> dict[str, Any]:
    names = ("code", "title_ko", "title_en", "chapter_ko")
    return {name: getattr(article, name) for name in names} if article else {}


def _rows(article: Article | None) -> list[dict[str, Any]]:
    found = article.provisions.order_by("position") if article else []
    names = ("depth", "text_ko", "text_en", "digest_ko", "digest_en")
    return [
        {"place": number * STEP, "code": row.number} | {name: getattr(row, name) for name in names}
        for number, row in enumerate(found, start=1)
    ]
