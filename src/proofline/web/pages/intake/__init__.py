"""Intake: the feeds, what waits in quarantine, devices that nobody hears or has, samples, files."""

from __future__ import annotations

from django.urls import path

from proofline.web.pages.intake import feeds, files, waiting

urlpatterns = [
    path("intake/", feeds.intake, name="intake"),
    path("intake/feeds/", feeds.add, name="feed_add"),
    path("intake/feeds/<str:feed_id>/rotate/", feeds.rotate, name="feed_rotate"),
    path("intake/feeds/<str:feed_id>/grant/", feeds.grant, name="feed_grant"),
    path("intake/feeds/<str:feed_id>/close/", feeds.close, name="feed_close"),
    path("intake/quarantine/", waiting.quarantine, name="intake_quarantine"),
    path("intake/quarantine/<int:number>/", waiting.message, name="intake_message"),
    path("intake/quarantine/<int:number>/release/", waiting.release, name="message_release"),
    path("intake/quarantine/<int:number>/drop/", waiting.drop, name="message_drop"),
    path("intake/devices/", waiting.devices, name="intake_devices"),
    path("intake/sample/", files.sample, name="intake_sample"),
    path("intake/files/", files.upload, name="intake_files"),
]
