"""The desk at the terminal: what the API declares but rights of people, by the same declarations.

command     `proofline act`: the list, and one act
asking      options made from what a route takes, and what was typed made its body
reading     what was typed, read by the API's own rules
doing       the act itself, in the book of whoever is named, and what is told where it is refused
telling     the answer, as JSON or a table, and a file laid down

Here and not with the other commands, since it stands on both the terminal and the API.
"""
