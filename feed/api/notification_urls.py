"""Addresses of notifications."""

from django.urls import URLPattern

from feed.api import notification_requests as requests
from feed.api import notifications, push
from feed.api.addresses import address

V1, V2 = "api/v1/notifications", "api/v2/notifications"
ANSWER = "(?P<answer>accept|dismiss)"
KEY = "(?P<key>[A-Za-z0-9_.-]{1,100})"

urlpatterns: list[URLPattern] = [
    address(V1, notifications.NotificationsView),
    address(f"{V1}/clear", notifications.ClearView),
    address(f"{V1}/dismiss", notifications.DismissView),
    address(f"{V1}/unread_count", notifications.UnreadCountView),
    address(f"{V1}/policy", requests.OldPolicyView),
    address(f"{V1}/requests", requests.RequestsView),
    address(f"{V1}/requests/merged", requests.MergedView),
    address(f"{V1}/requests/{ANSWER}", requests.AnswerRequestsView),
    address(f"{V1}/requests/:id", requests.RequestView),
    address(f"{V1}/requests/:id/{ANSWER}", requests.AnswerRequestsView),
    address(f"{V1}/:id", notifications.NotificationView),
    address(f"{V1}/:id/dismiss", notifications.DismissView),
    address(V2, notifications.GroupsView),
    address(f"{V2}/clear", notifications.ClearView),
    address(f"{V2}/unread_count", notifications.UnreadGroupsView),
    address(f"{V2}/policy", requests.PolicyView),
    address(f"{V2}/{KEY}", notifications.GroupView),
    address(f"{V2}/{KEY}/dismiss", notifications.DismissGroupView),
    address("api/v1/push/subscription", push.PushSubscriptionView),
    address(f"{V2}/{KEY}/accounts", notifications.GroupAccountsView),
]
