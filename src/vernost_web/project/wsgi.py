"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

from vernost_web.project.member import follow_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vernost_web.project.settings")
follow_server()
inside = get_wsgi_application()

from vernost_web.tracking.entry import guarded  # noqa: E402 - slices are there once Django is set up

application = guarded(inside)
