"""The subcommands of `bvae`, one per file: each reads its arguments and calls the right room."""
