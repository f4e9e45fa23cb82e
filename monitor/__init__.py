"""ML monitoring that lives in the SQL warehouse."""
