from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "issues"

    def ready(self) -> None:
        """Nothing starts with a code that nobody could explain."""
        from django.core import checks

        from issues.checks import the_catalogue_is_whole

        checks.register(the_catalogue_is_whole)
