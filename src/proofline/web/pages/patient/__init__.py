"""One patient's page and everything that is done on it."""

from __future__ import annotations

from proofline.web.pages.patient import caring, enrolling, viewing, working

urlpatterns = [
    *viewing.urlpatterns,
    *working.urlpatterns,
    *caring.urlpatterns,
    *enrolling.urlpatterns,
]
