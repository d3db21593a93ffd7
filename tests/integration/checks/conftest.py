from tests.integration.pages.conftest import acme

__all__ = ["acme"]
