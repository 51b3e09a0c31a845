"""The page of signatures.

waiting    the closed periods that wait for whoever is signed in, overtaken signatures first
evidence   what stands behind one: its days, the work under one's name, calls, what stood out
"""
