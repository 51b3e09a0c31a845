"""What is done for patients: episodes, consents, devices, calls, limits, alerts and reviews."""
