"""Time worked: run by a timer or typed, corrected and taken back, never silently."""
