"""The biller's page: what stands where, drawing and sending, papers, answers, one claim."""

from __future__ import annotations

from django.urls import path

from proofline.web.pages.billing import acts, amended, answers, claim, papers, stands

urlpatterns = [
    path("billing/", stands.billing, name="billing"),
    path("billing/draw/", acts.draw, name="billing_draw"),
    path("billing/send/", acts.send, name="billing_send"),
    path("billing/take/", acts.take, name="billing_take"),
    path("billing/files/", acts.files_sent, name="billing_files"),
    path("billing/files/<int:number>/", acts.file, name="billing_file"),
    path("billing/papers/", papers.papers, name="billing_papers"),
    path("billing/answers/", answers.answers, name="billing_answers"),
    path("billing/answers/waiting/", answers.waiting, name="billing_waiting"),
    path("billing/answers/settle/", answers.settle, name="billing_settle"),
    path("billing/amendments/", amended.amendments, name="billing_amendments"),
    path("billing/amendments/<str:amendment_id>/", amended.amendment, name="billing_amendment"),
    path("billing/overpayments/<str:case_id>/", amended.overpayment, name="billing_overpayment"),
    path("billing/claims/<str:claim_id>/", claim.claim, name="billing_claim"),
    path("billing/claims/<str:claim_id>/hold/", claim.hold, name="billing_hold"),
    path("billing/claims/<str:claim_id>/correct/", claim.correct, name="billing_correct"),
]
