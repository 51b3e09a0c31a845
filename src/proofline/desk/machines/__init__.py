"""Machines of others: their keys, and how they prove that they have them."""
