"""Addresses of what this server says of itself."""

from django.urls import URLPattern

from feed.api import applications, instance, instance_parts, well_known
from feed.api.addresses import address

urlpatterns: list[URLPattern] = [
    address(r"\.well-known/nodeinfo", well_known.nodeinfo_links),
    address(r"nodeinfo/(?P<version>2\.[01])", well_known.nodeinfo),
    address(r"\.well-known/host-meta", well_known.host_meta),
    address(r"\.well-known/webfinger", well_known.webfinger),
    address("oauth/userinfo", applications.UserInfoView),
    address("api/v1/instance", instance.InstanceView),
    address("api/v2/instance", instance.InstanceV2View),
    address("api/v1/instance/rules", instance_parts.RulesView),
    address("api/v1/instance/(?:peers|domain_blocks)", instance_parts.PeersView),
    address("api/v1/instance/activity", instance_parts.ActivityView),
    address("api/v1/instance/extended_description", instance_parts.ExtendedDescriptionView),
    address("api/v1/instance/privacy_policy", instance_parts.PrivacyPolicyView),
    address("api/v1/instance/terms_of_service", instance_parts.TermsOfServiceView),
    address(
        r"api/v1/instance/terms_of_service/(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})", instance_parts.TermsOfServiceView
    ),
    address("api/v1/instance/languages", instance_parts.LanguagesView),
    address("api/v1/instance/translation_languages", instance_parts.TranslationLanguagesView),
]
