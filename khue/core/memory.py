"""How a server's process treats its memory."""

import gc

# collections happen as rarely as the cycles that requests leave behind allow: some tens of megabytes
THRESHOLDS = (10_000, 20, 50)


def settle() -> None:
    """Call it once everything is loaded. What is there now stays for good and is not looked through for garbage any more.

    To look through all of it takes some 60 ms, and would hold up one request in twenty.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
