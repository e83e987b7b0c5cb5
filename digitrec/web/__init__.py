"""Everything that knows about HTTP."""
