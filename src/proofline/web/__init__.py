"""The door for people: log-in and pages. Views get from `desk`, and render."""
