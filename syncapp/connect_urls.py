from django.urls import path

from syncapp import connect_views

urlpatterns = [
    path("organizations/<slug:organization>/ways/<str:provider>/", connect_views.ways, name="connect-ways"),
    path("organizations/<slug:organization>/version/", connect_views.ask_version, name="connect-version"),
    path("organizations/<slug:organization>/needs/", connect_views.equip, name="connect-equip"),
    path("<str:provider>/callback/", connect_views.callback, name="connect-callback"),
    path("<str:provider>/<int:target>/", connect_views.start, name="connect"),
]
