"""The door of servers that speak old protocols: a mail server or RADIUS asks who signs in."""
