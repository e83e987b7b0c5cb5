"""What the app does for long, and when too much is asked of it: as it is hosted, on loopback."""
