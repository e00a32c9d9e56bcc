"""Tools for the Makefile and for maintaining the bundled lists."""
