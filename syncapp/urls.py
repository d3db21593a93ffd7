from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from syncapp import calendar_views, views
from syncapp.signing_in import SignIn

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include("issues.urls")),
    path("orders/", include("syncapp.order_urls")),
    path("mailboxes/<int:mailbox_id>/calendars/", calendar_views.calendars, name="calendars"),
    path("connect/", include("syncapp.connect_urls")),
    path("api/", include("syncapp.api_urls")),
    path("admin/", admin.site.urls),
]
