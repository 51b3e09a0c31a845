"""The practice's page: money, census, hours and payers as pictures, each number with its list."""

from __future__ import annotations

from django.urls import path

from proofline.web.pages.practice import lists, pictures

urlpatterns = [
    path("practice/", pictures.practice, name="practice"),
    path("practice/census/", pictures.practice_census, name="practice_census"),
    path("practice/staff/", pictures.practice_staff, name="practice_staff"),
    path("practice/payers/", pictures.practice_payers, name="practice_payers"),
    path("practice/lines/", lists.practice_lines, name="practice_lines"),
    path("practice/enrollments/", lists.practice_enrollments, name="practice_enrollments"),
    path("practice/entries/", lists.practice_entries, name="practice_entries"),
]
