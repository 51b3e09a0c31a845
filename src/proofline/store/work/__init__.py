"""What runs or waits at the desk: timers, thresholds, alerts and the logs of claim lines."""
