"""All an auditor needs for one claim line, and the program by which a stranger checks it."""
