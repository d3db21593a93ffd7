from django.apps import AppConfig
from django.core.checks import register


class ConnectorsConfig(AppConfig):
    name = "connectors"

    def ready(self) -> None:
        """Binds the words of all layers to the reader's language, and has the settings checked."""
        from functools import partial

        from django.utils.formats import get_format
        from django.utils.translation import gettext, ngettext, override

        from connectors import translation
        from connectors.checks import the_hints_arrive, the_keys_open, the_ways_in_are_whole

        translation.bind(gettext, ngettext, partial(override, None), partial(get_format, "THOUSAND_SEPARATOR"))
        register(the_keys_open)
        register(the_ways_in_are_whole)
        register(the_hints_arrive)
