"""Floors and product, measured in one run on a server of its own: `make bench`.

Importing it sets Django up, so that its modules import models as everybody else does.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstage_console.settings")
django.setup()
