from django.urls import path

from syncapp import item_views

urlpatterns = [
    path("", item_views.item_page, name="item"),
    path("look/", item_views.look_at_item, name="item-look"),
]
