"""What `make bench` computes and writes; nothing here installs a peer or depends on a time."""
