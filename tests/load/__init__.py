"""What the app does for long, and when too much is asked of it: under serve.py, on loopback."""
