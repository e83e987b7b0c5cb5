"""The subcommands of `digitrec`, each a module with `configure` and `run`."""
