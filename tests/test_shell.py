"""The shell as one meets it: bytes typed at the serial console."""

import pytest

from conftest import PASSED, PROMPT

ESC = "\x1b"


@pytest.fixture
def shell(boot):
    machine = boot.shell()
    yield machine
    machine.send("poweroff\r")
    machine.wait(20, PASSED)


def types(machine, keys, answer, timeout=20):
    """Types a line; waits for the answer (a regular expression) and the next
    prompt."""
    machine.send(keys + "\r")
    machine.expect(rf"^{answer}$", timeout)
    machine.expect(PROMPT)


def starts(machine, program):
    """Types its name, and waits until it runs and the terminal is its own."""
    machine.send(f"echo started; {program}\r")
    machine.expect("^started$")
    machine.rest(0.5)


def test_words_and_quotes(shell):
    types(shell, "echo one   two", "one two")
    types(shell, "echo 'one   two' \"three  four\" five\\ six", "one   two three  four five six")
    types(shell, "echo first; echo second", "first\nsecond")


def test_status(shell):
    types(shell, "true; echo $?", "0")
    types(shell, "false; echo $?", "1")
    types(shell, "nothing-of-this-name", ".*not found.*")
    types(shell, "echo $?", "127")
    types(shell, "crash null", "sh: crash: killed by signal 11")
    types(shell, "echo $?", "139")


def test_directories(shell):
    types(shell, "mkdir /tmp/a; cd /tmp/a; pwd", "/tmp/a")
    types(shell, "cp /etc/motd here; ls", "here")
    types(shell, "mv here there; ls", "there")
    types(shell, "cat there", ".*Quire.*")
    types(shell, "rm there; cd /; ls /tmp", "a")
    types(shell, "cat /tmp/a/there", ".*No such file or directory")


def test_erasing(shell):
    types(shell, "echo abx\x7fc", "abc")
    types(shell, "rubbish\x15echo new", "new")
    types(shell, f"cho moved{ESC}[H" + "e", "moved")
    types(shell, f"echo ad{ESC}[Dbc{ESC}[C", "abcd")


def test_history(shell):
    types(shell, "echo remembered", "remembered")
    types(shell, f"{ESC}[A", "remembered")


def test_control_c_ends_a_program_not_the_shell(shell):
    starts(shell, "sleep 1000")
    shell.send("\x03")
    shell.expect(r"killed by signal 2")
    shell.expect(PROMPT)
    types(shell, "echo alive", "alive")


def test_control_c_ends_a_busy_program(shell):
    starts(shell, "cat /dev/zero")
    shell.send("\x03")
    shell.expect(r"killed by signal 2")
    shell.expect(PROMPT)


def test_control_d_ends_input(shell):
    starts(shell, "cat")
    shell.send("line\r")
    shell.expect(r"^line\nline$")  # the echo, and what cat says
    shell.send("\x04")
    shell.expect(PROMPT)


def test_line_discipline_edits_what_programs_read(shell):
    starts(shell, "cat")
    shell.send("rubbish\x15gx\x7food\r")
    shell.expect(r"^good$")
    shell.send("\x04")
    shell.expect(PROMPT)


def test_init_starts_the_shell_again(shell):
    shell.send("exit 3\r")
    shell.expect("status 3")
    shell.expect(PROMPT)
    shell.send("\x04")
    shell.expect(PROMPT)


def test_long_line_and_rubbish_bytes(shell):
    word = "x" * 900
    types(shell, f"echo {word}{ESC}[H{ESC}[F", word)
    shell.send(bytes(range(128, 256)) + b"\x15")
    types(shell, "echo alive", "alive")


def test_script(boot, tmp_path):
    from conftest import pack

    script = "# comment\necho one\nfalse\necho $?\nexit 4\n"
    archive = pack(tmp_path / "script.cpio", {"etc/script": script})
    output = boot.run("sh /etc/script; echo $?", initrd=archive)
    assert "one\n1\n4\n" in output


def test_a_long_write_to_the_console_can_be_interrupted(boot):
    """One write(2) of megabytes: ^C must not wait for its end."""
    machine = boot.shell()
    machine.send("helper-flood\r")
    machine.expect("xxxxxxxx")
    machine.send("\x03")
    machine.expect(PROMPT, timeout=20)
    machine.send("poweroff\r")
    machine.wait(20, PASSED)
