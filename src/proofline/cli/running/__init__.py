"""The commands of the service: make a practice, serve people and machines, work in the background.

Django is set up when one of them runs, and not before: the other commands do without it.
"""
