"""Delivery: sends the messages of the outbox to phones and mailboxes, or gives up with a reason.

Owns the background sender, the drivers of carriers (one file each), the only guarded HTTP client
for outgoing requests, and the door for carriers' reports. The core composes the messages, and
storage keeps the outbox; both are used through ports.
"""
