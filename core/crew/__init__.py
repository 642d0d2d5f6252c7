"""Worker processes on this machine, each with an interpreter and a lock of its own."""
