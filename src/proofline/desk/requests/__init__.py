"""What requests have in common: lists given page by page, and what comes twice done once."""
