"""`python -m khue` is the command `khue`."""

from khue.cli import main

main()
