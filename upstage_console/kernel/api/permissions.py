"""Who may call: nobody, unless the operation says so."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class NobodyUnlessSaid(BasePermission):
    """Refuses every operation that does not say who may call it."""

    def has_permission(self, request: Request, view: object) -> bool:
        return False


class HasScope(BasePermission):
    """The key carries the scope that the operation names in `scope`."""

    def has_permission(self, request: Request, view: object) -> bool:
        return getattr(view, "scope", None) in getattr(request.auth, "scopes", ())
