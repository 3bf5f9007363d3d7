"""The page of a verb: preview, reason, deed. Refusals become messages here, and only here."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from upstage_console.kernel import clock
from upstage_console.kernel.admin.effects import Effect
from upstage_console.kernel.admin.forms import ReasonForm
from upstage_console.kernel.admin.verbs import Done, Verb
from upstage_console.kernel.errors import Refusal

NOTHING = Effect()
METHODS = ("GET", "HEAD", "POST")


class VerbPage:
    """One request to the page of `verb` about `row`; `back` is where the person came from and returns to."""

    def __init__(self, request: HttpRequest, verb: Verb, row: Any, *, back: str, context: dict[str, Any]) -> None:
        self._request, self._verb, self._row, self._back, self._context = request, verb, row, back, context
        self._at = clock.now()

    def respond(self) -> HttpResponse:
        """The preview on GET; on POST the preview of what was filled in, or the deed. Nothing else is a way to act."""
        if self._request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if self._request.method != "POST":
            return self._first_look()
        form = self._form(self._request.POST)
        if not form.is_valid():
            return self._page(form, NOTHING)
        effect = self._effect(form)
        wanted = "confirm" in self._request.POST and effect.refusal is None
        if wanted and form.cleaned_data["seen"] == effect.digest(form.cleaned_data):
            return self._do(form)
        if wanted:
            messages.warning(self._request, _("The effect has changed since you saw it. Look again, then confirm."))
        return self._page(form, effect)

    def _form(self, data: Any = None) -> ReasonForm:
        initial = dict(self._verb.initial(self._row, at=self._at))
        return self._verb.form(data, row=self._row, at=self._at, initial=initial)

    def _first_look(self) -> HttpResponse:
        trial = self._form(self._form().first_look())
        effect = self._effect(trial) if trial.is_valid() or self._refusal() else NOTHING
        form = self._form()
        if effect.rows:
            form.initial["seen"] = effect.digest(trial.cleaned_data)
        return self._page(form, effect)

    def _refusal(self) -> Refusal | None:
        return self._verb.refusal(self._row, at=self._at)

    def _effect(self, form: ReasonForm) -> Effect:
        refusal = self._refusal()
        if refusal is not None:
            return Effect(refusal=refusal, clauses=refusal.clauses)
        return self._verb.rehearse(self._row, given=form.cleaned_data, by=self._request.user, at=self._at)

    def _do(self, form: ReasonForm) -> HttpResponse:
        try:
            with transaction.atomic():
                done = self._verb.run(self._row, given=form.cleaned_data, by=self._request.user, at=self._at)
        except Refusal as refusal:
            return self._page(form, Effect(refusal=refusal, clauses=refusal.clauses))
        if done.secret:
            return self._secret(done)
        messages.success(self._request, str(done.message))
        return HttpResponseRedirect(self._back)

    def _page(self, form: ReasonForm, effect: Effect) -> HttpResponse:
        if form.is_bound:
            seen = effect.digest(form.cleaned_data) if form.is_valid() and not effect.refusal else ""
            data = self._request.POST.copy()
            data["seen"] = seen
            form.data = data
        context = {
            "title": self._verb.label, "verb": self._verb, "row": self._row, "form": form, "effect": effect,
            "sentence": self._verb.sentence(self._row, at=self._at), "back": self._back,
            "may_confirm": bool(effect.rows) and effect.refusal is None, "refused": effect.refusal,
        }  # fmt: skip
        status = 409 if effect.refusal and self._request.method == "POST" else 200
        return TemplateResponse(self._request, "admin/verb.html", self._context | context, status=status)

    def _secret(self, done: Done) -> HttpResponse:
        context = {"title": self._verb.label, "done": done, "back": self._back}
        response = TemplateResponse(self._request, "admin/verb_secret.html", self._context | context)
        response.headers["Cache-Control"] = "no-store"
        return response
