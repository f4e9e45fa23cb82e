"""The one exception that the command line turns into a clear line and exit code 1."""


class MonitorError(Exception):
    """Something the user can mend; the message says what, where and how."""
