"""Addresses of the biller: papers, claims, denials, amendments, packets."""
