"""Users: reading, listing, adding and changing them, and ending what is open to them."""
