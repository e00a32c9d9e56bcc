"""What every door shares, and no HTML: who asks and when, our address, headers, the request log.

Owns the request context, the client's address behind trusted proxies, the public URL, the checks
of host and origin, the headers of every answer, the line of the log, and the last resort for
faults. Each door hands in its ``Dialect``, the words in which it refuses. Leaves pages, forms and
cookies to ``pages``, and routes to the doors.
"""
