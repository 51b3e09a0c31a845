"""One patient's page and everything that is done on it."""

from __future__ import annotations

from proofline.web.pages.patient import viewing

urlpatterns = [*viewing.urlpatterns]
