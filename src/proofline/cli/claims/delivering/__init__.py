"""`proofline claims send`: files leave whole, once, and only what the book says is being sent.

command   what is asked before a file leaves, and the command
places    where it goes: a folder, an SFTP server with a pinned key
receipts  the log of deliveries beside the book, and the steps of one
"""
