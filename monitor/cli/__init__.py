"""The command line, `monitor`."""

from monitor.cli.group import main

__all__ = ["main"]
