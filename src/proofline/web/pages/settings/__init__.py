"""Settings: one's account, people and roles, machines, texts, policies, the service, glass."""

from __future__ import annotations

from django.urls import path

from proofline.web.pages.settings import machines, own, people

urlpatterns = [
    path("settings/", own.settings_page, name="settings"),
    path("settings/practice/", own.choose_practice, name="practice_choose"),
    path("settings/consents/", own.consents, name="settings_consents"),
    path("settings/policies/", own.policies, name="settings_policies"),
    path("settings/service/", own.service, name="settings_service"),
    path("settings/people/", people.people, name="settings_people"),
    path("settings/people/add/", people.add, name="person_add"),
    path("settings/people/<int:number>/give/", people.give, name="role_give"),
    path("settings/people/<int:number>/take/", people.take, name="role_take"),
    path("settings/people/<int:number>/disable/", people.disable, name="person_disable"),
    path("settings/people/<int:number>/let-in/", people.let_in, name="person_let_in"),
    path("settings/machines/", machines.machines, name="settings_machines"),
    path("settings/machines/add/", machines.add_key, name="key_add"),
    path("settings/machines/<str:of>/rotate/", machines.rotate_key, name="key_rotate"),
    path("settings/machines/<str:of>/revoke/", machines.revoke_key, name="key_revoke"),
    path("settings/webhooks/add/", machines.add_webhook, name="webhook_add"),
    path("settings/webhooks/<str:of>/rotate/", machines.rotate_webhook, name="webhook_rotate"),
    path("settings/webhooks/<str:of>/end/", machines.end_webhook, name="webhook_end"),
    path("settings/glass/", people.glass, name="settings_glass"),
    path("settings/glass/break/", people.break_it, name="glass_break"),
    path("settings/glass/<int:number>/review/", people.review, name="glass_review"),
]
