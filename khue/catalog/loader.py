"""Strict reading of the catalog's YAML, with an office's own folder laid over Khuê's.

Plain YAML keeps the last of two equal keys and reads `on` as True; here both are errors that name the file.
"""

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from khue.core.errors import CatalogError
from khue.core.said import said

Entry = dict[str, Any]


class _StrictLoader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Safe YAML without duplicate keys and with text keys only."""


def _mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> Entry:
    seen: Entry = {}
    for key_node, value_node in node.value:
        name = loader.construct_object(key_node, deep=True)
        where = f"dòng {key_node.start_mark.line + 1}"
        if not isinstance(name, str):
            raise CatalogError(
                "catalog.key", said("{where}: khóa {key!r} phải là chữ.", where=where, key=key_node.value), said("Đặt nó trong ngoặc kép.")
            )
        if name in seen:
            raise CatalogError(
                "catalog.twice", said("{where}: khóa {name!r} viết hai lần.", where=where, name=name), said("Gộp hai mục làm một.")
            )
        seen[name] = loader.construct_object(value_node, deep=True)
    return seen


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@cache
def own_catalog() -> Path:
    """The catalog that comes with Khuê: inside the package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_catalog"
    return inside if inside.is_dir() else package.parent / "catalog"


def catalog_folders() -> tuple[Path, ...]:
    """Khuê's catalog, then the folders of KHUE_CATALOG (several are separated as in PATH), which add to it."""
    extra = [Path(p) for p in os.environ.get("KHUE_CATALOG", "").split(os.pathsep) if p]
    for folder in extra:
        if not folder.is_dir():
            raise CatalogError("catalog.folder", said("Không có thư mục {folder}.", folder=folder), said("Sửa biến KHUE_CATALOG."))
    return (own_catalog(), *extra)


def _read(path: Path) -> Entry:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", dòng {mark.line + 1}" if mark else ""
        raise CatalogError(
            "catalog.yaml", said("{name}{where}: không phải YAML đúng.", name=path.name, where=where), said("Sửa rồi chạy lại.")
        ) from error
    except CatalogError as error:
        raise CatalogError(error.code, f"{path.name}, {error.message}", error.remedy) from None
    except UnicodeDecodeError as error:
        raise CatalogError("catalog.utf8", said("{name}: không phải UTF-8.", name=path.name), said("Lưu lại dạng UTF-8.")) from error
    if not isinstance(data, dict):
        raise CatalogError(
            "catalog.shape", said("{name}: phải là các khóa và giá trị.", name=path.name), said("Xem tệp cùng tên của Khuê.")
        )
    return data


def phrases(value: Any) -> list[str]:
    """A list of phrases, however it was written: a YAML list, or text cut at commas and line ends."""
    if isinstance(value, str):
        return [p.strip() for line in value.splitlines() for p in line.split(",") if p.strip()]
    return [str(p) for p in value]


def _merge(base: Entry, extra: Entry, path: Path) -> Entry:
    merged = dict(base)
    for name, value in extra.items():
        if name not in base:
            known = ", ".join(sorted(base))
            raise CatalogError(
                "catalog.unknown", said("{path}: không có khóa {name!r}.", path=path, name=name), said("Các khóa: {known}.", known=known)
            )
        old = base[name]
        if isinstance(old, dict) and isinstance(value, dict):
            merged[name] = {**old, **value}
        elif isinstance(old, list) and isinstance(value, list):
            merged[name] = [*old, *value]
        elif isinstance(old, str) and isinstance(value, str | list):
            merged[name] = [*phrases(old), *phrases(value)]
        else:
            raise CatalogError(
                "catalog.kind", said("{path}: khóa {name!r} sai kiểu.", path=path, name=name), said("Viết như trong tệp của Khuê.")
            )
    return merged


@lru_cache(maxsize=64)
def _load(name: str, folders: tuple[Path, ...]) -> Entry:
    own, *extra = folders
    entry = _read(own / name)
    for folder in extra:
        if (folder / name).is_file():
            entry = _merge(entry, _read(folder / name), folder / name)
    return entry


def load_entry(name: str, folders: tuple[Path, ...] | None = None) -> Entry:
    """One catalog file by its name under the catalog ("vn/documents/verbs.yaml"), with the office's additions.

    Raises CatalogError, which names the file, the line or key, and what to do.
    """
    return _load(name, folders or catalog_folders())
