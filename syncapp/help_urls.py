from django.urls import path

from syncapp import help_views

urlpatterns = [
    path("", help_views.ask, name="issue-help"),
    path("preview/", help_views.preview, name="issue-help-preview"),
    path("pictures/<int:picture_id>/", help_views.picture, name="issue-help-picture"),
]
