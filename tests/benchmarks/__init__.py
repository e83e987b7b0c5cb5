"""What `make bench` computes and writes; nothing here installs a peer or needs a fixed time."""
