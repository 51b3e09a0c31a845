"""Numbers in Spanish, as the United States, Mexico and Puerto Rico write them: 1,234.5.

Django's Spanish is Spain's, with a decimal comma. Beside amounts of dollars that would read as
something else, and a picture drawn with commas in its coordinates falls apart.
"""

from __future__ import annotations

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
