"""One archive that holds a whole deployment, and puts it into a database of either kind.

    archive.zip
      tables/<app>.<model>.jsonl   one row a line, the columns in the order that the manifest names
      files.jsonl                  [hash, size] of each stored file
      files/<hash>                 its bytes
      manifest.json                version, time, kind of database, migrations, columns, counts, hashes; written last

The rows come from one snapshot, taken while people go on working. Sessions, the cache, what Django makes by itself and
jobs that are done stay out; a job that was running is waiting in the archive.
"""

from khue.core.backup.archive import Stored, open_archive
from khue.core.backup.load import restore
from khue.core.backup.save import save

__all__ = ["Stored", "open_archive", "restore", "save"]
