"""Small apps that serve the same network, written as their libraries' tutorials write them.

Each has the `handler(event, context)` that Lambda would call.
"""
