"""What the screens in the log of looks are called: `member.list` is the list of members."""

from django.apps import apps
from django.utils.translation import gettext_lazy

KINDS = {
    "page": gettext_lazy("%(rows)s: a page"),
    "list": gettext_lazy("%(rows)s: a list"),
    "search": gettext_lazy("%(rows)s: a search"),
    "opened": gettext_lazy("%(rows)s: opened"),
    "export": gettext_lazy("%(rows)s: an export"),
}


def screen_name(screen: str) -> str:
    """The name of a screen for people to read; one that is not known speaks for itself."""
    table, _separator, kind = screen.partition(".")
    names = {model._meta.model_name: model._meta.verbose_name_plural for model in apps.get_models()}
    if table not in names or kind not in KINDS:
        return screen
    return str(KINDS[kind]) % {"rows": names[table]}
