from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from syncapp import views
from syncapp.signing_in import SignIn

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include("issues.urls")),
    path("orders/", include("syncapp.order_urls")),
    path("connect/", include("syncapp.connect_urls")),
    path("api/", include("syncapp.api_urls")),
    path("admin/", admin.site.urls),
]
