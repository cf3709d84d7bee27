"""Plans that come as spreadsheets: read, checked row by row, imported as one batch, undone as one."""
