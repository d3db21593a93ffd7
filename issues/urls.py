from django.urls import path

from issues import bulk_views, cause_views, filter_views, list_views, operation_views, views

urlpatterns = [
    path("issues/", list_views.issue_list, name="issues"),
    path("issues/filters/<int:pk>/rename/", filter_views.rename, name="filter-rename"),
    path("issues/filters/<int:pk>/delete/", filter_views.forget, name="filter-delete"),
    path("issues/<slug:organization>/<int:number>/", views.issue_page, name="issue"),
    path("issues/<slug:organization>/<int:number>/retry/", views.retry_issue, name="issue-retry"),
    path("issues/<slug:organization>/<int:number>/ignore/", views.ignore_issue, name="issue-ignore"),
    path("issues/<slug:organization>/<int:number>/wake/", views.wake_issue, name="issue-wake"),
    path("issues/<slug:organization>/<int:number>/decide/", views.decide_issue, name="issue-decide"),
    path("causes/<int:pk>/assign/", cause_views.assign_cause, name="cause-assign"),
    path("causes/<int:pk>/acknowledge/", cause_views.acknowledge_cause, name="cause-acknowledge"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("operations/<int:operation_id>/", operation_views.operation_page, name="operation"),
    path("operations/<int:operation_id>/progress/", operation_views.operation_progress, name="operation-progress"),
    path("operations/<int:operation_id>/<slug:event>/", operation_views.steer_operation, name="operation-steer"),
    path("codes/", views.code_list, name="codes"),
    path("codes/<str:slug>/", views.code_page, name="code"),
]
