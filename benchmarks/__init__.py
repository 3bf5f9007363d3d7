"""What the console takes for many members, measured beside the floor of plain SQL in one run: `make bench`.

Importing it sets Django up, so that its modules import models as everybody else does.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstage_console.settings")
django.setup()
