"""Commands that go back: `replay` decides anew what was kept, `snapshot` keeps what was signed."""
