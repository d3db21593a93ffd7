from django.urls import path

from syncapp import hint_views

urlpatterns = [
    path("google/mail/", hint_views.mail, name="push-mail"),
    path("google/calendar/", hint_views.calendar, name="push-calendar"),
]
