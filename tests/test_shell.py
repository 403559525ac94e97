"""The shell as one meets it: bytes typed at the serial console."""

import re

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
    types(shell, "crash null", "sh: crash null: killed by signal 11 .*")
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


# ---- The language: a script and what it must print ---------------------------

LANGUAGE = {
    "words": (
        """A=hello B='a  b'
echo $A "$B" $B ${A}x '$A' "\\$A" "x$NOPE"y $NOPE
echo "a'b" 'c"d' a""b '' x\\ y # comment
echo hash#not "multi
line" con\\
tinued
echo $1 $# '$2'
""",
        """hello a  b a b hellox $A $A xy
a'b c"d ab  x y
hash#not multi
line continued
one 2 $2
""",
    ),
    "status": (
        """false || echo or; true && echo and; false && echo no || echo yes
! true; echo $?; ! false; echo $?
false | true; echo $?; true | false; echo $?
nothing-of-this-name; echo $?; /etc/motd; echo $?
(exit 3); echo $?
sh -c 'exit 7'; echo $?
cd /nowhere; echo $?
echo a&&echo b;echo c
""",
        """or
and
yes
1
0
0
1
sh: nothing-of-this-name: not found (try help)
127
sh: /etc/motd: .*
126
3
7
sh: cd: /nowhere: No such file or directory
1
a
b
c
""",
    ),
    "pipes and files": (
        """echo a | cat | cat
echo out > f; echo more >> f; cat < f
ls missing 2> err; cat err
ls missing > both 2>&1 || cat both
echo to-stderr 1>&2 2> nothing
>empty; cat empty
cat < missing; echo $?
echo x > /nowhere/y; echo $?
cd > cd-output /; pwd | cat; cd /tmp/d
echo a |
cat && \\
echo b
cp /bin/sh big; cat big | cat | cat > copy; ls -l big copy | cat > sizes
true 5>&9; echo $?
""",
        """a
out
more
ls: .*missing.*
ls: .*missing.*
to-stderr
sh: missing: No such file or directory
1
sh: /nowhere/y: No such file or directory
1
/
a
b
sh: 9: Bad file descriptor
1
""",
    ),
    "variables": (
        """export V=1; W=2; sh -c 'echo [$V] [$W]'
X=3 sh -c 'echo $X'; echo [$X]
W=4; export W; sh -c 'echo $W'
unset V; echo [$V]; sh -c 'echo [$V]'
(W=5; cd /; echo $W); echo $W; pwd
export 1=2; echo $?
V='*'; echo "$V" | cat
sh -c 'echo $0 $1' name argument
""",
        """[1] []
3
[]
4
[]
[]
5
4
/tmp/d
sh: '1=2' is not a name
1
*
name argument
""",
    ),
    "patterns": (
        """>a1; >a2; >b1; >.hidden; mkdir dir; >dir/c
echo a* *1 [!a]1 a? dir/* */c nothing* 'a*' "a"* \\a*
echo .h*; echo *
""",
        """a1 a2 a1 b1 b1 a1 a2 dir/c dir/c nothing\\* a\\* a1 a2 a1 a2
.hidden
a1 a2 b1 dir
""",
    ),
    "background": (
        """sleep 0.1 & wait; echo waited
false & wait $!; echo $?
true && false & wait $!; echo $?
(sleep 0.1; echo late) & echo early; wait
echo x | cat > f & wait; cat f
wait 99999; echo $?
sleep 100 & kill $!; wait $!; echo $?
""",
        """waited
1
1
early
late
x
sh: 99999: no such job
127
143
""",
    ),
    "errors": (
        """echo a ) b
echo after
| x
echo last
&& y
""",
        """sh: nothing is expected before ')'
after
sh: a command is missing before '|'
last
sh: a command is missing before '&&'
""",
    ),
    "no end": ("echo 'a\nb", "sh: the input ends in the middle of a command\n"),
}


@pytest.fixture(scope="module")
def scripts_output(module_boot, tmp_path_factory):
    """All of them in one boot. -> {name: what it printed}"""
    from conftest import pack

    added, all_of_them = {}, ""
    for name, (script, _) in LANGUAGE.items():
        file = name.replace(" ", "-")
        added[f"etc/{file}"] = script
        all_of_them += f"""echo "== {name}"; mkdir /tmp/d; cd /tmp/d
sh /etc/{file} one two; cd /; rm -r /tmp/d\n"""
    added["etc/all"] = all_of_them + "echo ==\n"
    archive = pack(tmp_path_factory.mktemp("scripts") / "cpio", added)
    output = module_boot.run("sh /etc/all", initrd=archive)
    parts = re.split(r"^== ?(.*)\n", output, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.xdist_group("scripts")
@pytest.mark.parametrize("name", LANGUAGE)
def test_language(name, scripts_output):
    wanted = LANGUAGE[name][1]
    got = scripts_output[name]
    pattern = "\n".join(
        line if ".*" in line or "\\" in line else re.escape(line)
        for line in wanted.split("\n")
    )
    assert re.fullmatch(pattern, got), f"wanted\n{wanted}\ngot\n{got}"


def test_a_command_over_several_lines(shell):
    shell.send("echo 'one\r")
    shell.expect("^> ")
    types(shell, "two' &&\recho three", "one\ntwo\nthree")
    shell.send("echo 'dropped\r")
    shell.expect("^> ")
    shell.send("\x03")
    types(shell, "echo kept", "kept")


def test_jobs_in_the_background(shell):
    types(shell, "sleep 1000 &", r"\[1\] \d+")
    types(shell, "sleep 2000 | cat &", r"\[2\] \d+")
    types(shell, "jobs", r"\[1\] running: sleep 1000\n\[2\] running: sleep 2000 \| cat")
    types(shell, "kill -9 $!; echo killed", "killed")
    shell.send("fg %1\r")
    shell.expect("^sleep 1000$")
    shell.rest(0.3)
    shell.send("\x03")
    shell.expect("killed by signal 2")
    shell.expect(PROMPT)


def key(machine, letter, answer):
    """Types ^letter; waits for the answer and the prompt."""
    machine.send(chr(ord(letter) & 31))
    machine.expect(answer)
    machine.expect(PROMPT)


def test_a_job_stops_and_goes_on(shell):
    starts(shell, "sleep 1000 | cat")
    key(shell, "Z", r"^\[1\] stopped: sleep 1000 \| cat$")
    types(shell, "echo $?", "148")
    types(shell, "bg", r"sleep 1000 \| cat &")
    types(shell, "jobs", r"\[1\] running: sleep 1000 \| cat")
    shell.send("fg\r")
    shell.expect(r"^sleep 1000 \| cat$")
    shell.rest(0.3)
    key(shell, "C", r"^sh: sleep 1000 \| cat: killed by signal 2 \(Interrupt\)$")
    types(shell, "jobs; echo none", "none")


def test_only_the_foreground_has_the_terminal(shell):
    types(shell, "sleep 1000 &", r"\[1\] \d+")
    shell.send("cat &\r")
    shell.expect(r"^\[2\] \d+$")
    shell.send("sleep 1\r")  # it stops now, or has done so at once
    shell.expect(r"^\[2\] stopped: cat$")
    shell.expect(PROMPT)
    shell.send("fg\r")
    shell.expect("^cat$")
    shell.send("hello\r")
    shell.expect("^hello\nhello$")
    key(shell, "C", "^sh: cat: killed by signal 2")
    types(shell, "jobs", r"\[1\] running: sleep 1000")


def test_a_shell_in_a_shell_gives_the_terminal_back(shell):
    shell.send("sh\r")
    shell.expect(PROMPT)
    starts(shell, "sleep 1000")
    key(shell, "Z", r"^\[1\] stopped: sleep 1000$")
    shell.send("exit 5\r")
    shell.expect(PROMPT)
    types(shell, "echo $?", "5")


def test_a_long_write_to_the_console_can_be_interrupted(boot):
    """One write(2) of megabytes: ^C must not wait for its end."""
    machine = boot.shell()
    machine.send("helper-flood\r")
    machine.expect("xxxxxxxx")
    machine.send("\x03")
    machine.expect(PROMPT, timeout=20)
    machine.send("poweroff\r")
    machine.wait(20, PASSED)
