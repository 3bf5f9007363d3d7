"""What a signer answers."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """The signature: the name typed, the agreement ticked, and the hash of what was shown."""

    name = forms.CharField(label=_("Your name"), max_length=80, help_text=_("Type it as it stands above."))
    agrees = forms.BooleanField(label=_("I have read this document and sign it with legal effect."))
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: object, signer_name: str, **kwargs: object) -> None:
        self._signer_name = signer_name
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_name(self) -> str:
        """The signer's own name, whatever the spaces."""
        given: str = self.cleaned_data["name"]
        if "".join(given.split()).casefold() != "".join(self._signer_name.split()).casefold():
            raise forms.ValidationError(_("This is not the name of the signer."))
        return given


class DeclineForm(forms.Form):
    """The reason why somebody does not sign."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side reads it."),
    )  # fmt: skip
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
