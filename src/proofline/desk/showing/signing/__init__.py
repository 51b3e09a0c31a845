"""The page of signatures.

waiting    the closed periods that wait for whoever is signed in, what was signed on other evidence first
evidence   what stands behind one of them: its days, the work under one's name, calls, what stood out
"""
