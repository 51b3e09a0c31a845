"""Audit: a line found, walked, proven, replayed, taken along; who looked, who changed what."""

from __future__ import annotations

from django.urls import path

from proofline.web import addresses
from proofline.web.pages.audit import finding, looking, papers, walking

addresses.register()

urlpatterns = [
    path("audit/", finding.audit, name="audit"),
    path("audit/line/<line:line>/", walking.journey, name="audit_line"),
    path("audit/line/<line:line>/detach/", walking.detach, name="audit_detach"),
    path("audit/line/<line:line>/proof/", walking.proof, name="audit_proof"),
    path("audit/line/<line:line>/replay/", walking.replay, name="audit_replay"),
    path("audit/line/<line:line>/packet.zip", papers.packet, name="audit_packet"),
    path("audit/line/<line:line>/packet.pdf", papers.pages, name="audit_pages"),
    path("audit/line/<line:line>/statement.pdf", papers.statement, name="audit_statement"),
    path("audit/looks/", looking.looks, name="audit_looks"),
    path("audit/looks/person/<int:person_id>/", looking.person, name="audit_person"),
    path("audit/looks/<str:enrollment_id>/", looking.patient, name="audit_patient"),
]
