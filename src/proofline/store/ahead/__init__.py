"""What lies ahead: outlooks of open periods, and the days on which the calendar turns something."""
