"""What money to expect: Medicare's published fee files, contracts with payers, and NCCI's edits.

Nobody's prices are typed here: `loading` reads the official files that a practice has downloaded,
by the text of their headings, and writes what is needed of them into a folder as small files of
facts; `shelf` answers from such a folder by date of service, and refuses a day for which no file
was loaded; `pricing` does the arithmetic and `contracts` what a payer agreed to. `data` holds the
few rows that the product brings along, in the same form.

    tables > relative_values, places, ncci > loading > shelf > pricing > contracts
"""
