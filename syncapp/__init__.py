"""The Django project, the sync engine, and every page that needs several layers."""

__version__ = "0.1.0"
