"""Delivery: what stands in the outbox reaches a phone or a mailbox, or is given up with a reason.

Owns the background sender, the drivers (one file each), the one guarded way out by HTTP, and the
door by which carriers report back. What is to be said is decided in the core, and the outbox lies
in storage: both are met through ports that speak in values.
"""
