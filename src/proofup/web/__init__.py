"""What every door (group of routes) shares, without HTML: request context, headers, request log.

Owns the request context, the client's address behind trusted proxies, the public URL, the checks of
host and origin, the headers of every answer, the log line, and the answer to unexpected errors.
Each door provides its ``Dialect``: how it words refusals. Leaves pages, forms and cookies to
``pages``, and routes to the doors.
"""
