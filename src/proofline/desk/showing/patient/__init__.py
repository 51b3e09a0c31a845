"""One patient's page: who it is, both clocks, days, readings, lines, work, papers, who looked."""
