"""Reads shared by pages, admin and API."""

from accounts.queries.standing import Restriction, Standing, registration_hold, standing

__all__ = ["Restriction", "Standing", "registration_hold", "standing"]
