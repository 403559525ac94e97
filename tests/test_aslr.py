"""aslr=on: programs run wherever they are put, and each boot puts them elsewhere."""

import re

PLACES = {
    "libc": r"^([0-9a-f]{12})-\S+ r-x .* libc\.so",
    "stack": r"^([0-9a-f]{12})-\S+ rw- .*\[stack\]",
}


def places(boot, options):
    text = boot.run("vmmap", options=options)
    return {name: re.search(line, text, re.M)[1] for name, line in PLACES.items()}


def boot_twice(boot, options):
    """-> how many addresses each place had"""
    first, second = places(boot, options), places(boot, options)
    return {name: len({first[name], second[name]}) for name in PLACES}


def test_off_each_boot_is_alike(boot):
    assert boot_twice(boot, "") == {"libc": 1, "stack": 1}


def test_on_each_boot_is_different(boot):
    assert boot_twice(boot, "aslr=on") == {"libc": 2, "stack": 2}


def test_on_programs_run(boot):
    boot.run("hello-pie; hello-static; runner stack exec lazyio preempt", options="aslr=on")
