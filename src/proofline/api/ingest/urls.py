"""The addresses for machines."""

from __future__ import annotations

from django.urls import path

from proofline.api.ingest import capability, fhir, webhooks

urlpatterns = [
    path("ingest/<slug:source>/<str:token>", webhooks.receive),
    path("fhir", fhir.post_bundle),
    path("fhir/", fhir.post_bundle),
    path("fhir/metadata", capability.metadata),
    path("fhir/<str:kind>", fhir.post_resource),
    path("fhir/<str:kind>/<path:rest>", fhir.no_such_way),
]
