import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SAMPLES = ROOT / "samples"


def khue(*arguments, env=None, cwd=ROOT):
    """Runs the command as a user does: a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(
        [sys.executable, "-c", "from khue.cli import main; main()", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=cwd, timeout=120,
    )  # fmt: skip


def test_it_prints_a_plan_with_what_needs_attention_first():
    done = khue("read", SAMPLES / "cong-van.txt")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    attention = next(i for i, line in enumerate(lines) if line == "Cần xem trước")
    assert "? Ký hiệu sai" in lines[attention + 1]
    assert any(line.startswith(("1  Hoàn thiện cơ sở dữ liệu ngành", "1.a")) for line in lines[attention:])
    assert "4725/QĐ-BGDĐT" in done.stdout


def test_json_is_one_object_for_one_file_and_a_list_for_several():
    one = json.loads(khue("read", SAMPLES / "cong-van.txt", "--json").stdout)
    assert set(one) >= {"header", "tasks", "citations", "slips"}
    assert set(one["tasks"][0]) >= {"quote", "section", "owners", "with", "due", "targets", "cites"}
    assert one["tasks"][0]["where"].startswith("dòng ")
    several = json.loads(khue("read", SAMPLES / "cong-van.txt", SAMPLES / "thong-bao.txt", "--json").stdout)
    assert [d["file"] for d in several] == ["cong-van.txt", "thong-bao.txt"]


def test_a_file_that_cannot_be_read_is_one_line_on_stderr_and_the_others_go_on(tmp_path):
    (tmp_path / "rong.txt").write_bytes(b"")
    done = khue("read", tmp_path / "rong.txt", SAMPLES / "thong-bao.txt", "--json")
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line.strip()] == ["khue: rong.txt: tệp rỗng. Kiểm tra lại tệp gốc."]
    assert len(json.loads(done.stdout)) == 1


@pytest.mark.parametrize("arguments", [(), ("read",), ("read", "--khong-co", "x"), ("cascade", "mot"), ("khong-co",), ("clashes", "mot")])
def test_wrong_use_is_exit_code_2(arguments):
    done = khue(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_wrong_use_is_told_in_one_line():
    done = khue("read")
    assert done.stderr.strip().count("\n") == 0
    assert done.stderr.startswith("khue: ")


@pytest.mark.parametrize("command", ["read", "cascade", "changes", "clashes"])
def test_help_has_examples_in_both_languages(command):
    assert "Ví dụ" in khue(command, "--help").stdout
    assert "Example" in khue("--lang", "en", command, "--help").stdout
    assert "Example" in khue(command, "--help", env={"KHUE_LANG": "en"}).stdout


def test_english_says_the_slips_and_errors_too():
    done = khue("read", SAMPLES / "cong-van.txt", "--lang", "en")
    assert "Needs attention first" in done.stdout
    assert "A misspelt symbol" in done.stdout
    assert "there is no such file" in khue("read", "khong-co.txt", "--lang", "en").stderr


def test_cascade_and_changes_give_the_agreed_json():
    links = json.loads(khue("cascade", SAMPLES / "quyet-dinh.txt", SAMPLES / "cong-van.txt", "--json").stdout)
    assert all(set(k) == {"upper", "lower", "strength", "why"} for k in links)
    assert [k["upper"] for k in links] == list(range(len(links)))
    assert {k["strength"] for k in links} <= {"whole", "part", "none"}
    result = json.loads(khue("changes", SAMPLES / "cong-van.txt", SAMPLES / "cong-van.txt", "--json").stdout)
    assert set(result) == {"pairs", "new_only"}
    assert all(set(p) == {"old", "new", "change", "what"} and p["change"] == "kept" for p in result["pairs"])


def test_tables_for_people(tmp_path):
    assert "trọn vẹn" in khue("cascade", SAMPLES / "quyet-dinh.txt", SAMPLES / "cong-van.txt").stdout
    assert "giữ nguyên" in khue("changes", SAMPLES / "cong-van.txt", SAMPLES / "thong-bao.txt").stdout
    assert khue("clashes", SAMPLES / "cong-van.txt", SAMPLES / "cong-van.txt").stdout.strip() == "Không thấy chỗ nào mâu thuẫn."


def test_every_output_at_once(tmp_path):
    outputs = {kind: tmp_path / f"ra.{kind}" for kind in ("xlsx", "docx", "ics", "html")}
    done = khue("read", SAMPLES / "ke-hoach-so.txt", *(a for kind, path in outputs.items() for a in (f"--{kind}", path)))
    assert done.returncode == 0
    assert done.stdout == ""
    assert all(path.stat().st_size > 1000 for path in outputs.values())


def test_an_output_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path):
    done = khue("read", SAMPLES / "cong-van.txt", "--xlsx", tmp_path / "khong-co" / "ra.xlsx")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Chọn nơi khác hoặc kiểm tra quyền ghi.")
    assert list(tmp_path.iterdir()) == []


def test_a_document_without_tasks_says_so(tmp_path):
    (tmp_path / "tho.txt").write_text("Ngày xưa có một cậu bé chăn trâu.", encoding="utf-8")
    done = khue("read", tmp_path / "tho.txt")
    assert done.returncode == 0
    assert "Không thấy nhiệm vụ nào trong văn bản này." in done.stdout


def test_it_reads_the_real_directive_of_133_obligations(seeds):
    data = json.loads(khue("read", seeds["000"], "--json").stdout)
    assert len(data["tasks"]) == 133


def test_it_never_writes_a_result_over_a_document_it_reads(tmp_path):
    document = tmp_path / "cong-van.xlsx"
    document.write_bytes((SAMPLES / "cong-van.txt").read_bytes())
    before = document.read_bytes()
    done = khue("read", document, "--xlsx", document)
    assert done.returncode == 1
    assert "Không ghi đè lên cong-van.xlsx" in done.stderr
    assert document.read_bytes() == before


def test_it_never_writes_a_result_into_a_file_of_another_kind(tmp_path):
    other = tmp_path / "ghi-chu.txt"
    other.write_text("ghi chú", encoding="utf-8")
    done = khue("read", SAMPLES / "cong-van.txt", "--docx", other)
    assert done.returncode == 1
    assert "phải là tệp .docx" in done.stderr
    assert other.read_text(encoding="utf-8") == "ghi chú"


def test_it_never_writes_two_results_into_one_file(tmp_path):
    out = tmp_path / "ra.html"
    done = khue("read", SAMPLES / "cong-van.txt", "--html", out, "--ics", out)
    assert done.returncode == 1
    assert not out.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_it_tells_in_one_line_that_the_output_is_full():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from khue.cli import main; main()", "read", str(SAMPLES / "cong-van.txt")],
            stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Không ghi được kết quả" in done.stderr


def test_it_ends_well_when_the_reader_of_its_output_goes_away():
    command = [sys.executable, "-c", "from khue.cli import main; main()", "read", *map(str, sorted(SAMPLES.glob("*.txt")))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(120) == 0
    assert b"Traceback" not in told


def test_piped_output_keeps_the_width_asked_for():
    done = khue("read", SAMPLES / "cong-van.txt", env={"COLUMNS": "60"})
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 60
