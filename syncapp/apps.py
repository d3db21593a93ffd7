from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SyncappAdminConfig(AdminConfig):
    """The stock admin with our own site, look and words."""

    default_site = "syncapp.site.SyncappAdminSite"


class SyncappConfig(AppConfig):
    name = "syncapp"

    def ready(self) -> None:
        """Ties the loose ends between the layers: who wakes whom, and which clock we go by."""
        from pathlib import Path

        from django.conf import settings

        from connectors import clock, wake
        from syncapp import services

        wake.bind(services.wake_up, services.wake_to_write)
        if settings.SYNC_CLOCK_FILE:
            clock.use(clock.offset_in(Path(settings.SYNC_CLOCK_FILE)))
