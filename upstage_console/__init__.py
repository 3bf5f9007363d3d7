"""The console: the only package that sees every app."""

from upstage_console.celery import app as celery_app

__all__ = ["celery_app"]
