"""Tools of the Makefile, and of whoever maintains the lists that are bundled."""
