from django.urls import path

from issues import bulk_views, views

urlpatterns = [
    path("issues/", views.issue_list, name="issues"),
    path("issues/<slug:organization>/<int:number>/", views.issue_page, name="issue"),
    path("issues/<slug:organization>/<int:number>/retry/", views.retry_issue, name="issue-retry"),
    path("issues/<slug:organization>/<int:number>/ignore/", views.ignore_issue, name="issue-ignore"),
    path("issues/<slug:organization>/<int:number>/decide/", views.decide_issue, name="issue-decide"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("operations/<int:operation_id>/", bulk_views.operation_page, name="operation"),
    path("operations/<int:operation_id>/progress/", bulk_views.operation_progress, name="operation-progress"),
    path("codes/", views.code_list, name="codes"),
    path("codes/<str:slug>/", views.code_page, name="code"),
]
