"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncapp.settings")
application = get_wsgi_application()

from syncapp import watching  # noqa: E402 - it needs the applications loaded

watching.start()
