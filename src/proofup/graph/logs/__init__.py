"""The audit log and the sign-ins as Graph tells them, and reports of who has registered what."""
