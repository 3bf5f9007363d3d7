"""Refusals on pages: one place turns them into a message on the form that asked, or into a page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upstage_console.kernel.api.refusals import status_of
from upstage_console.kernel.errors import NotFound, Refusal


class RefusedInput(ValidationError):
    """A refusal as a form shows it: its sentence, with the clauses beside it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal), code=refusal.code)
        self.clauses = refusal.clauses


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """What the domain refuses inside the block is said on the form; what is not yours stays a 404."""
    try:
        yield
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error(None, RefusedInput(refusal))


class RefusalPages:
    """Middleware: a refusal that no form caught becomes a page that says why, with its clauses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_of(request, exception) if isinstance(exception, Refusal) else None


def page_of(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says what is refused, and on which clauses."""
    status = status_of(type(refusal))
    template = "errors/404.html" if status == 404 else "errors/refused.html"
    return render(request, template, {"refusal": refusal, "status": status}, status=status)
