"""The biller's page: what is ready, held, with the payer and answered, with names and addresses.

Nothing is decided here: states are those of the book of lines, reasons those of the decisions,
edits those of `claims.edits`.
"""
