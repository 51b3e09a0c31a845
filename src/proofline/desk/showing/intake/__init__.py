"""What an integrator looks at: feeds, messages that wait, devices that nobody hears or has."""
