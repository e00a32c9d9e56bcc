"""Reading OData: query options, filters and search terms, into values.

Knows no resource: which fields there are, and what is asked of which, is for those who read it.
"""
