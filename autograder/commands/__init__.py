"""The subcommands of `bvae`, one a file: each reads its arguments and calls the room that works."""
