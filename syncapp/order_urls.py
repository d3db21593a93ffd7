from django.urls import path

from syncapp import order_views

urlpatterns = [
    path("mailboxes/<int:mailbox_id>/<str:order>/", order_views.mailbox_order, name="mailbox-order"),
    path("organizations/<slug:organization>/<str:order>/", order_views.organization_order, name="organization-order"),
]
