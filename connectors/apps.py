from django.apps import AppConfig
from django.core.checks import register


class ConnectorsConfig(AppConfig):
    name = "connectors"

    def ready(self) -> None:
        from connectors.checks import the_hints_arrive, the_keys_open, the_ways_in_are_whole

        register(the_keys_open)
        register(the_ways_in_are_whole)
        register(the_hints_arrive)
