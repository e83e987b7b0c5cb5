"""Files to networks: verified, unpickled under restrictions, from a directory or from S3."""
