"""The test world's driver: what every server needs, and the command line over it."""
