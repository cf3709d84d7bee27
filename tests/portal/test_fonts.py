"""The web fonts are cut once, also where several servers begin together."""

import os

from khue.portal import fonts


def test_two_that_cut_the_same_font_at_once_do_not_take_it_from_each_other(tmp_path, monkeypatch):
    from fontTools import subset

    save, other = subset.save_font, os.getpid() + 1

    def meanwhile(font, path, options):
        save(font, path, options)
        with monkeypatch.context() as patch:
            patch.setattr(subset, "save_font", save)
            patch.setattr(os, "getpid", lambda: other)
            fonts.make_fonts(tmp_path)

    monkeypatch.setattr(subset, "save_font", meanwhile)
    made = fonts.make_fonts(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(made)
    assert [f.read_bytes()[:4] for f in made] == [b"wOF2", b"wOF2"]
