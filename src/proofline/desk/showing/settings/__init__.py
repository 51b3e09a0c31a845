"""What is set: one's own account, people and roles, texts, policies, the service, broken glass."""
