"""What the screens show: one file a page, each gives frozen views and decides nothing."""
