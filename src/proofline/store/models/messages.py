"""What machines sent, byte for byte, and what they were answered."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Message(models.Model):
    """One message of a source, kept as it came. Only ever added to, but for what became of it.

    `message_id` is the sender's; it is unique for a tenant and a source for ever, so that the same
    message counts once however often it comes. `held` says why a message waits in quarantine,
    `cure` what would let it in, and `told` are the bytes that its sender was answered.
    """

    class State(models.TextChoices):
        """What became of it."""

        TAKEN = "taken"
        HELD = "held"
        RELEASED = "released"
        DROPPED = "dropped"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    source = models.CharField(max_length=60)
    message_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    authenticity = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=State.choices)
    held = models.TextField(blank=True)
    rows = models.IntegerField(default=0)
    feed_id = models.CharField(max_length=40, null=True)
    told = models.BinaryField(null=True)
    cure = models.TextField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_why = models.TextField(null=True)

    class Meta:
        """The natural key, the lists that people look at, and files among all messages."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "source", "message_id"), name="message_comes_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("tenant", "received_at"),
                condition=models.Q(state="held"),
                name="message_queue",
            ),
            models.Index(fields=("tenant", "feed_id", "received_at"), name="message_of_feed"),
            models.Index(
                fields=("tenant", "source", "id"),
                condition=models.Q(authenticity="file"),
                name="message_files",
            ),
        )

    def __str__(self) -> str:
        return f"message {self.pk}"


class Answer(models.Model):
    """What a request with an idempotency key was answered, so that its repetition gets the same."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        """A key is answered once."""

        constraints = (models.UniqueConstraint(fields=("tenant", "key"), name="key_answered_once"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"
