"""The Django project, the sync engine, and every page that needs several layers."""
