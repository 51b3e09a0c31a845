"""Looking whether anything in a kept log was changed."""
