from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SyncappAdminConfig(AdminConfig):
    """The stock admin with our own site, look and words."""

    default_site = "syncapp.site.SyncappAdminSite"


class SyncappConfig(AppConfig):
    name = "syncapp"

    def ready(self) -> None:
        """Ties the loose ends between the layers: who wakes whom, how fast orders go, and which clock we go by."""
        from pathlib import Path

        from django.conf import settings

        from connectors import clock, wake
        from issues import pacing
        from syncapp import services
        from syncapp.engine import rationing

        pacing.bind(rationing.standing_of_orders)
        wake.bind(services.wake_up, services.wake_to_write)
        if settings.SYNC_CLOCK_FILE:
            clock.use(clock.offset_in(Path(settings.SYNC_CLOCK_FILE)))
