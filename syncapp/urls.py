from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from syncapp import calendar_views, check_views, crm_user_views, left_out_views, mend_views, token_views, views
from syncapp.signing_in import SignIn

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include("issues.urls")),
    path("issues/<slug:organization>/<int:number>/help/", include("syncapp.help_urls")),
    path("items/<slug:organization>/<int:item_id>/", include("syncapp.item_urls")),
    path("issues/<slug:organization>/<int:number>/values/", mend_views.values, name="issue-values"),
    path("issues/<slug:organization>/<int:number>/choice/", mend_views.choice, name="issue-choice"),
    path("orders/", include("syncapp.order_urls")),
    path("mailboxes/<int:mailbox_id>/calendars/", calendar_views.calendars, name="calendars"),
    path("mailboxes/<int:mailbox_id>/user/", crm_user_views.crm_user, name="mailbox-crm-user"),
    path("checks/organizations/<slug:organization>/", check_views.organization_checks, name="organization-checks"),
    path("checks/mailboxes/<int:mailbox_id>/", check_views.mailbox_checks, name="mailbox-checks"),
    path("left-out/organizations/<slug:organization>/", left_out_views.of_organization, name="organization-left-out"),
    path("left-out/mailboxes/<int:mailbox_id>/", left_out_views.of_mailbox, name="mailbox-left-out"),
    path("tokens/organizations/<slug:organization>/", token_views.organization_tokens, name="organization-tokens"),
    path(
        "tokens/organizations/<slug:organization>/<int:token_id>/revoke/",
        token_views.revoke_token,
        name="organization-token-revoke",
    ),
    path("connect/", include("syncapp.connect_urls")),
    path("push/", include("syncapp.hint_urls")),
    path("api/", include("syncapp.api_urls")),
    path("admin/", admin.site.urls),
]
