"""What a share to be reached is a share of: "100% học sinh lớp 3" asks it of "học sinh lớp 3"."""

import re
from collections.abc import Mapping
from typing import Any

_AFTER = re.compile(r"%\s+(?P<what>\S.*)$", re.DOTALL)
# "từ 98% trở lên" says how, not of what
_HOW = re.compile(r"(?:^|\s+)trở (?:lên|xuống)\s*$")


def of_what(target: Mapping[str, Any]) -> str:
    """The words after the per cent sign, as the document has them; "" where there are none, or it is no share."""
    found = _AFTER.search(target["quote"]) if target["unit"] == "%" else None
    return _HOW.sub("", found["what"]).strip() if found else ""
